// A client of the loyalty call POST /v3/promotions/enrol.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { EnrolError, NoAnswer } from './errors.js';
import { enrolment } from './reading.js';

export * from './errors.js';
export { basic, oauth } from './logins.js';

const PATH = '/v3/promotions/enrol';
const MOST_BYTES = 1_000_000; // of an answer; what is longer never comes to an end

// Times in milliseconds. `deadline`: for the whole call, with all that is sent again. `patience`: for one answer, to its
// end. `attempts`: how often the request is sent at most. `backoff`: the first pause is up to so long, then twice as long.
const USUAL = { deadline: 30_000, patience: 10_000, attempts: 4, backoff: 200 };

export class EnrolClient {
  // `url`: the base URL of the host. `login`: basic(…) or oauth(…).
  constructor(url, login, policy = {}) {
    this.url = url.replace(/\/+$/, '');
    this.login = login;
    this.policy = { ...USUAL, ...policy };
  }

  // Enrol a customer. `request`: { promotion: { id, promotionId }, programId, customer: { identifierName, identifierValue,
  // source } }, and `action` if it is not ENROL. Returns { status, customerId, enrollmentId, optinId, milestones, warnings,
  // requests, … } with ids as BigInt. Throws an EnrolError.
  async enrol(request) {
    // The same requestId each time, since it is the same request.
    const body = JSON.stringify({ requestId: randomUUID(), action: 'ENROL', ...request });
    const { deadline, attempts } = this.policy;
    const until = Date.now() + deadline;
    const send = (path, headers, sent) => this.#send(path, headers, sent, until);
    for (let attempt = 1, renewed = false; ; attempt += 1) {
      try {
        const reply = await send(PATH, await this.login.headers(send), body);
        return { ...enrolment(reply), requests: attempt };
      } catch (error) {
        if (!(error instanceof EnrolError)) throw error;
        if (!renewed && this.login.renew(error)) {
          renewed = true;
          continue;
        }
        const wait = this.#pause(attempt, error.retryAfter);
        if (!error.passing || attempt >= attempts || Date.now() + wait >= until) throw error;
        await pause(wait);
      }
    }
  }

  #pause(attempt, retryAfter = 0) {
    // Chance keeps many clients from coming back together.
    return retryAfter + (0.5 + Math.random() / 2) * this.policy.backoff * 2 ** (attempt - 1);
  }

  async #send(path, headers, body, until) {
    const left = until - Date.now();
    if (left <= 0) throw new NoAnswer('the time for the call is over');
    try {
      const answer = await fetch(this.url + path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: 'application/json', ...headers },
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(Math.ceil(Math.min(left, this.policy.patience))), // to the end of the body
      });
      return { status: answer.status, headers: answer.headers, text: await whole(answer) };
    } catch (error) {
      if (error instanceof EnrolError) throw error;
      throw new NoAnswer(`no whole answer came: ${error.cause?.message ?? error.message}`, { cause: error });
    }
  }
}

async function whole(answer) {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of answer.body ?? []) {
    text += decoder.decode(piece, { stream: true });
    if (text.length > MOST_BYTES) throw new NoAnswer(`the answer has more than ${MOST_BYTES} characters`);
  }
  return text + decoder.decode();
}
