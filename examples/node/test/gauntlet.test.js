// Everything that the documentation says can happen, and what a network adds: the client handles all of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostFailed, NoAnswer, Refused, Unreadable } from '../lib/client.js';
import { cases, problems } from '../testing/gauntlet.js';
import { EXAMPLE } from '../testing/mock.js';

const raises = (...kinds) => ({ do: 'raise', check: (error) => kinds.some((kind) => error instanceof kind) });
const returns = (check) => ({ do: 'return', check });
const retries = { do: 'return', times: 1 };

// What the client should do, by the name of the case, by the outcome of its answer, or else by its kind.
const EXPECTED = {
  success: returns(({ status, warnings }) => status === 'SUCCESS' && warnings.length === 0),
  warning: returns(({ warnings }) => warnings.length === 1 && warnings[0].length > 20),
  refusal: raises(Refused),
  unauthenticated: raises(Refused, HostFailed),
  // "Try again later": once more, and it succeeds.
  engine_error: retries,
  // So it is where the host is busy, and where the answer is lost on the way.
  429: retries,
  502: retries,
  503: retries,
  504: retries,
  'reset-before': retries,
  'reset-in': retries,
  close: retries,
  truncated: retries,
  silence: retries,
  dribble: retries,
  endless: retries,
  // What is no answer of the host is an error, and is not asked for again.
  498: raises(Refused, HostFailed),
  slow: returns(),
  'wrong-media-type': returns(),
  'reset-after': returns(),
  transport: raises(Unreadable, NoAnswer),
};

for (const one of await cases()) {
  test(`${one.name} (${one.place || one.kind})`, async () => {
    const expected = EXPECTED[one.name] ?? EXPECTED[one.outcome] ?? EXPECTED[one.kind];
    const found = await problems(one, async (mock) => {
      const enrolment = await mock.client().enrol(EXAMPLE);
      if (one.customerId) assert.equal(enrolment.customerId % 2n, 1n); // a double would hold an even number
      return enrolment;
    }, expected);
    assert.deepEqual(found, []);
  });
}
