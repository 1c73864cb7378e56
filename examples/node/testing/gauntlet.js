// The gauntlet: the one call of a client is put through everything that the page says can happen. The mock lists the cases,
// stages one in a session, and judges what the client did in it.
import { EnrolError } from '../lib/client.js';
import { Mock } from './mock.js';

const DEADLINE = 10_000; // milliseconds after which a call counts as hung

export async function cases() {
  return (await new Mock().ask('GET', '/_mock/cases')).cases;
}

// Make the client's call in a case, and return what is wrong with how it took it: a list of sentences.
// `expected`: { do: 'raise' | 'return' | 'any', times, check }, or nothing for what the mock expects. With `times`, so many
// calls meet the case, and the client must send the request again. `check` gets what the call returned or threw.
export async function problems({ name }, call, expected = {}) {
  const mock = new Mock();
  await mock.ask('POST', `/_mock/cases/${name}`, { times: expected.times ?? null });
  const told = await ended(() => call(mock), expected);
  if (expected.do) Object.assign(told, { expected: expected.times ? 'retry' : expected.do, then: expected.do });
  const result = await mock.ask('POST', `/_mock/cases/${name}/result`, told);
  return result.problems.map((one) => `${name}: ${one} The client ${result.did}.`);
}

async function ended(call, { check = () => true }) {
  const began = Date.now();
  const told = (did, rest = {}) => ({ did, seconds: (Date.now() - began) / 1000, ...rest });
  const judged = (value) => (check(value) ? [] : [`The check of ${String(value.message ?? value.status)} failed.`]);
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(told('hung')), DEADLINE);
  });
  const made = call().then(
    (value) => told('returned', { problems: judged(value) }),
    (error) => {
      const crashed = !(error instanceof EnrolError);
      return told('raised', { error: `${error.name}: ${error.message}`, crashed, problems: crashed ? [] : judged(error) });
    },
  );
  try {
    return await Promise.race([made, late]);
  } finally {
    clearTimeout(timer);
  }
}
