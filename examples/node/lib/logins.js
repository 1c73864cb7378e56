// The two ways to log in that the page names: Basic and OAuth.
import { createHash } from 'node:crypto';
import { Unreadable } from './errors.js';
import { content } from './reading.js';

// A user and a password. The vendor's hosts take the MD5 of the password as a hexadecimal number.
export function basic(user, password) {
  const digest = createHash('md5').update(password).digest('hex');
  const header = `Basic ${Buffer.from(`${user}:${digest}`).toString('base64')}`;
  return { headers: async () => ({ Authorization: header }), renew: () => false };
}

// The key and the secret of an API client, which get a token. All calls share the token until it expires.
export function oauth(key, secret) {
  let token = '';
  let until = 0;
  return {
    async headers(send) {
      if (Date.now() >= until) {
        const { data } = content(await send('/v3/oauth/token/generate', {}, JSON.stringify({ key, secret })));
        if (typeof data?.accessToken !== 'string' || !Number.isFinite(data.ttlSeconds)) {
          throw new Unreadable('the answer has no token');
        }
        token = data.accessToken;
        until = Date.now() + (data.ttlSeconds - 5) * 1000; // not used in its last seconds
      }
      return { 'X-CAP-API-OAUTH-TOKEN': token };
    },
    // Return whether an error is about the token. It is then used no more.
    renew({ status }) {
      if (status !== 401 && status !== 498) return false;
      until = 0;
      return true;
    },
  };
}
