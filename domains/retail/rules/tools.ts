/** The writes, grouped as the policy speaks of them. */
export const cancelOrder = 'cancel_pending_order';
export const modifyAddress = 'modify_pending_order_address';
export const modifyPayment = 'modify_pending_order_payment';
export const modifyItems = 'modify_pending_order_items';
export const returnItems = 'return_delivered_order_items';
export const exchangeItems = 'exchange_delivered_order_items';
export const modifyProfile = 'modify_user_address';

export const modifications = [modifyAddress, modifyPayment, modifyItems];
export const swaps = [modifyItems, exchangeItems];
export const orderTools = [cancelOrder, ...modifications, returnItems, exchangeItems];
export const allWrites = [...orderTools, modifyProfile];
