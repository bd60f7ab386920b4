// Signed webhooks, by the libraries that senders use.
import { sign as githubSign } from '@octokit/webhooks-methods';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { Webhook } = require('standardwebhooks');
const Stripe = require('stripe');

export const signers = {
    standard(secret, payload, { at = new Date(), id = `msg_${randomUUID()}` } = {}) {
        return {
            'webhook-id': id,
            'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
            'webhook-signature': new Webhook(secret).sign(id, at, payload),
        };
    },
    stripe(secret, payload, { at = new Date() } = {}) {
        const timestamp = Math.floor(at.getTime() / 1000);
        return { 'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp }) };
    },
    async github(secret, payload, { id = randomUUID() } = {}) {
        return { 'x-hub-signature-256': await githubSign(secret, payload), 'x-github-delivery': id };
    },
};
