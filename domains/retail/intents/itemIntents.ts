import type { IntentSpec } from '#core/environment/index.ts';
import type { RetailDb } from '../schema.ts';
import { itemIntent, refundPayment, settlePayment, type ItemAction } from './items.ts';

const returns: ItemAction = {
  tool: 'return_delivered_order_items',
  swaps: false,
  status: 'delivered',
  verb: 'return',
  into: '',
  payment: refundPayment,
};
const exchanges: ItemAction = {
  tool: 'exchange_delivered_order_items',
  swaps: true,
  status: 'delivered',
  verb: 'exchange',
  into: 'for',
  otherTool: 'modify_pending_order_items',
  payment: settlePayment,
};
const modifications: ItemAction = {
  tool: 'modify_pending_order_items',
  swaps: true,
  status: 'pending',
  verb: 'change',
  into: 'to',
  otherTool: 'exchange_delivered_order_items',
  payment: settlePayment,
};

const refundTo = '[ Please put the refund on {payment}.]';
const settleWith = '[ Any difference in price can go on {payment}.]';

/** Requests about items of an order. Items may be plural (jeans), so no sentence calls them "it". */
export const itemIntents: readonly IntentSpec<RetailDb>[] = [
  itemIntent(returns, 1, {
    id: 'return_items',
    title: 'Return an item',
    recall: 'return {item}',
    opening: [
      `[It is about {order}. ]I would like to return {item}.${refundTo}`,
      `[From {order}, ]I need to send back {item}.[ The money should go to {payment}.]`,
      `Please start a return for {item}[; look under {order}].${refundTo}`,
      `[My question is about {order}. ]How do I return {item}?[ I want the refund on {payment}.]`,
      `I have something to send back[ from {order}]: {item}.[ Refund to {payment}, please.]`,
      `I do not want to keep {item}, so please set up a return.[ You will find the purchase under {order}.]${refundTo}`,
    ],
  }),
  itemIntent(returns, 2, {
    id: 'return_2_items',
    title: 'Return two items',
    recall: 'return {item} and {item_2}',
    opening: [
      `[It is about {order}. ]I would like to return two things: {item} and {item_2}.${refundTo}`,
      `[From {order}, ]I need to send back {item} and also {item_2}.[ The money should go to {payment}.]`,
      `Please start a return for {item} and {item_2}[; both are in {order}].${refundTo}`,
      `Can I send back {item} and {item_2}?[ They belong to {order}.][ I want the refund on {payment}.]`,
      `I have two returns to make[ from {order}]: {item} and {item_2}.[ Refund to {payment}, please.]`,
    ],
  }),
  itemIntent(returns, 3, {
    id: 'return_3_items',
    title: 'Return three items',
    recall: 'return {item}, {item_2} and {item_3}',
    opening: [
      `[It is about {order}. ]I would like to return three things: {item}, {item_2} and {item_3}.${refundTo}`,
      `[From {order}, ]I need to send back {item}, {item_2} and {item_3}.[ The money should go to {payment}.]`,
      `Please start a return for {item}, {item_2} and {item_3}[; all of them are in {order}].${refundTo}`,
      `Three things are going back[ from {order}]: {item}, {item_2} and {item_3}.[ Refund to {payment}, please.]`,
      `Can I send back {item}, {item_2} and {item_3}?[ They belong to {order}.][ I want the refund on {payment}.]`,
    ],
  }),
  itemIntent(exchanges, 1, {
    id: 'exchange_item',
    title: 'Exchange an item',
    recall: 'exchange {item}',
    opening: [
      `[It is about {order}. ]I would like to exchange {item} for {replacement}.${settleWith}`,
      `Could you swap {item} for {replacement}?[ I mean {order}.][ Use {payment} for the difference.]`,
      `[From {order}, ]I want to trade in {item} and get {replacement}.${settleWith}`,
      `I am not happy with {item} and would rather have {replacement}.[ You will find the purchase under {order}.][ Please settle the difference with {payment}.]`,
      `Can I get {replacement} in exchange for {item}?[ Look under {order}.]${settleWith}`,
    ],
  }),
  itemIntent(exchanges, 2, {
    id: 'exchange_2_items',
    title: 'Exchange two items',
    recall: 'exchange {item} and {item_2}',
    opening: [
      `[It is about {order}. ]I would like to make two exchanges: {item} for {replacement}, and {item_2} for {replacement_2}.${settleWith}`,
      `Could you swap {item} for {replacement}, and also {item_2} for {replacement_2}?[ I mean {order}.][ Use {payment} for the difference.]`,
      `[From {order}, ]I want to exchange {item} and {item_2}. In place of the first I would like {replacement}, in place of the second {replacement_2}.${settleWith}`,
      `Two things I bought are not quite right.[ Look under {order}.] Please exchange {item} for {replacement}, and {item_2} for {replacement_2}.[ Please settle the difference with {payment}.]`,
      `I need {replacement} in exchange for {item}, and {replacement_2} in exchange for {item_2}.[ You will find the purchase under {order}.]${settleWith}`,
    ],
  }),
  itemIntent(exchanges, 3, {
    id: 'exchange_3_items',
    title: 'Exchange three items',
    recall: 'exchange {item}, {item_2} and {item_3}',
    opening: [
      `[It is about {order}. ]I would like to make three exchanges: {item} for {replacement}, {item_2} for {replacement_2}, and {item_3} for {replacement_3}.${settleWith}`,
      `Could you swap three things for me?[ I mean {order}.] That is {item} for {replacement}, {item_2} for {replacement_2} and {item_3} for {replacement_3}.[ Use {payment} for the difference.]`,
      `[From {order}, ]I want to exchange {item} for {replacement}, {item_2} for {replacement_2}, and on top of that {item_3} for {replacement_3}.${settleWith}`,
      `Three things I bought are not quite right.[ Look under {order}.] Please exchange {item} for {replacement}, {item_2} for {replacement_2}, and {item_3} for {replacement_3}.[ Please settle the difference with {payment}.]`,
      `I have a longer list of exchanges[ for {order}]: {item} for {replacement}, then {item_2} for {replacement_2}, then {item_3} for {replacement_3}.${settleWith}`,
    ],
  }),
  itemIntent(modifications, 1, {
    id: 'modify_item',
    title: 'Change an item of an order',
    recall: 'change {item}',
    opening: [
      `[It is about {order}. ]Please change {item} to {replacement}.${settleWith}`,
      `I have second thoughts about {item}. I would rather get {replacement}.[ You will find the purchase under {order}.][ Use {payment} for the difference.]`,
      `[Before it ships, I want to correct {order}. ]Could you switch {item} to {replacement}?${settleWith}`,
      `Can I still change {item} to {replacement}?[ I mean {order}.][ Please settle the difference with {payment}.]`,
      `[In {order}, ]I would like {replacement} in place of {item}.${settleWith}`,
    ],
  }),
  itemIntent(modifications, 2, {
    id: 'modify_2_items',
    title: 'Change two items of an order',
    recall: 'change {item} and {item_2}',
    opening: [
      `[It is about {order}. ]Please change two things: {item} to {replacement}, and {item_2} to {replacement_2}.${settleWith}`,
      `I have second thoughts about two things I ordered.[ Look under {order}.] Please switch {item} to {replacement}, and {item_2} to {replacement_2}.[ Use {payment} for the difference.]`,
      `[Before it ships, I want to correct {order}. ]Could you change {item} to {replacement} and also {item_2} to {replacement_2}?${settleWith}`,
      `Can I still change {item} to {replacement}, and {item_2} to {replacement_2}?[ I mean {order}.][ Please settle the difference with {payment}.]`,
      `[In {order}, ]I would like {replacement} in place of {item}, and {replacement_2} in place of {item_2}.${settleWith}`,
    ],
  }),
  itemIntent(modifications, 3, {
    id: 'modify_3_items',
    title: 'Change three items of an order',
    recall: 'change {item}, {item_2} and {item_3}',
    opening: [
      `[It is about {order}. ]Please change three things: {item} to {replacement}, {item_2} to {replacement_2}, and {item_3} to {replacement_3}.${settleWith}`,
      `[Before it ships, I want to correct {order}. ]Could you change {item} to {replacement}, {item_2} to {replacement_2}, and {item_3} to {replacement_3}?${settleWith}`,
      `I have second thoughts about three things I ordered.[ Look under {order}.] Please switch {item} to {replacement}, {item_2} to {replacement_2}, and {item_3} to {replacement_3}.[ Use {payment} for the difference.]`,
      `Can I still change {item} to {replacement}, {item_2} to {replacement_2} and {item_3} to {replacement_3}?[ I mean {order}.][ Please settle the difference with {payment}.]`,
      `[In {order}, ]I would like {replacement} in place of {item}, {replacement_2} in place of {item_2}, and {replacement_3} in place of {item_3}.${settleWith}`,
    ],
  }),
];
