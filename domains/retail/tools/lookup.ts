import { roundCents, ToolError, type Draft, type View } from '#core/environment/index.ts';
import { entry, hashed, referenceTools } from '../../tau2/index.ts';
import type { Order, PaymentMethod, Product, RetailDb, User, Variant } from '../schema.ts';

/** The class that the reference keeps its tools in. */
export const TOOLKIT = 'RetailTools';

/** `defineTool` for the retail database. */
export const tool = referenceTools<RetailDb>(TOOLKIT);

export function getOrder(db: View<RetailDb>, id: string): Order {
  const order = db.get('orders', hashed(id));
  if (order === undefined) throw new ToolError('Order not found');
  return order;
}

export function getUser(db: View<RetailDb>, id: string): User {
  const user = db.get('users', hashed(id));
  if (user === undefined) throw new ToolError('User not found');
  return user;
}

export function getProduct(db: View<RetailDb>, id: string): Product {
  const product = db.get('products', hashed(id));
  if (product === undefined) throw new ToolError('Product not found');
  return product;
}

export function getVariant(db: View<RetailDb>, productId: string, itemId: string): Variant {
  const variants = getProduct(db, productId).variants;
  const variant = entry(variants, itemId);
  if (variant === undefined) throw new ToolError('Variant not found');
  return variant;
}

export function getPaymentMethod(db: View<RetailDb>, userId: string, id: string): PaymentMethod {
  const methods = getUser(db, userId).payment_methods;
  const method = entry(methods, id);
  if (method === undefined) throw new ToolError('Payment method not found');
  return method;
}

/** Adds to a gift card's balance, rounded to cents; other payment methods hold no balance. */
export function credit(db: Draft<RetailDb>, userId: string, methodId: string, amount: number): void {
  db.update('users', userId, (user) => {
    const method = user.payment_methods[methodId];
    if (method?.source === 'gift_card') method.balance = roundCents(method.balance + amount);
  });
}
