// What the client promises beyond the gauntlet: what it sends, when it tries again, and what it hands back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { basic, HostFailed, NoAnswer, oauth, Refused, Unreadable } from '../lib/client.js';
import { EXAMPLE, Mock } from '../testing/mock.js';

test('a success has the ids and the milestones', async () => {
  const enrolment = await new Mock().client().enrol(EXAMPLE);
  assert.equal(enrolment.status, 'SUCCESS');
  assert.equal(enrolment.customerId, 388369579n);
  assert.deepEqual(enrolment.milestones, [{ targetGroupId: 97829n, targetRuleId: 151359n, initialBalance: 0 }]);
  assert.match(enrolment.enrollmentId, /^\d+$/);
  assert.deepEqual(enrolment.warnings, []);
});

test('an OPT_IN enrols too', async () => {
  const promotion = { id: '690ddfe45d4a900e2157f1c2', promotionId: 1133595380 };
  const customer = { identifierName: 'id', identifierValue: '388519295' };
  const enrolment = await new Mock().client().enrol({ action: 'OPT_IN', programId: 973, promotion, customer });
  assert.deepEqual([enrolment.status, enrolment.milestones], ['SUCCESS', []]);
});

test('a wrong password is refused once', async () => {
  const mock = new Mock();
  await assert.rejects(mock.client(basic('store.server', '124')).enrol(EXAMPLE), ({ status }) => status === 401);
  assert.equal((await mock.sent()).length, 1);
});

test('a warning is kept and is no error', async () => {
  const client = new Mock().client();
  await client.enrol(EXAMPLE);
  const again = await client.enrol(EXAMPLE);
  assert.equal(again.status, 'FAILED');
  assert.match(again.warnings[0], /already enrolled or limit reached/);
});

test('an error has its code as a number, and is not sent again', async () => {
  const mock = new Mock();
  const unknown = { ...EXAMPLE, customer: { ...EXAMPLE.customer, identifierValue: '1' } };
  await assert.rejects(mock.client().enrol(unknown), (error) => {
    assert.ok(error instanceof Refused);
    assert.deepEqual([error.status, error.errors[0].code], [400, 400]);
    return /Customer not found/.test(error.message);
  });
  assert.equal((await mock.sent()).length, 1);
});

test('the documented 500 is sent again with the same requestId', async () => {
  const mock = new Mock();
  await mock.fault('engine_error', { count: 2 });
  assert.equal((await mock.client().enrol(EXAMPLE)).requests, 3);
  const [first, ...others] = await mock.sent();
  assert.deepEqual(others, [first, first]);
});

test('a busy host is given the time that it asks for', async () => {
  const mock = new Mock();
  await mock.fault('503', { count: 1, retryAfter: 1 });
  const began = Date.now();
  assert.equal((await mock.client().enrol(EXAMPLE)).requests, 2);
  assert.ok(Date.now() - began >= 1_000);
});

test('a host that asks for more time than there is ends the call at once', async () => {
  const mock = new Mock();
  await mock.fault('429', { retryAfter: 60 });
  await assert.rejects(mock.client().enrol(EXAMPLE), HostFailed);
  assert.equal((await mock.sent()).length, 1);
});

test('the deadline holds for the whole call', async () => {
  const mock = new Mock();
  await mock.fault('slow', { pieces: 200, over: 30 });
  const began = Date.now();
  await assert.rejects(mock.client().enrol(EXAMPLE), NoAnswer);
  assert.ok(Date.now() - began < 7_000);
});

test('an answer that is none is an error of the client', async (t) => {
  for (const body of ['', 'null', '[]', '{"data": null}', '{"data": []}', '[[[[']) {
    await t.test(body || 'nothing', async () => {
      const mock = new Mock();
      await mock.fault('answer', { status: 200, body });
      await assert.rejects(mock.client().enrol(EXAMPLE), Unreadable);
    });
  }
});

test('numbers lose no digit, and texts stay as they are', async () => {
  const mock = new Mock();
  const text = 'say \\"9007199254740993\\", 9007199254740993';
  const body = `{"data":{"status":"SUCCESS","requestId":"${text}","customer":{"customerId":9223372036854775809}}}`;
  await mock.fault('answer', { status: 200, body });
  const enrolment = await mock.client().enrol(EXAMPLE);
  assert.equal(enrolment.customerId, 9223372036854775809n);
  assert.equal(enrolment.requestId, 'say "9007199254740993", 9007199254740993');
});

test('a token is fetched once, and anew when it has expired', async () => {
  const mock = new Mock();
  const client = mock.client(oauth('sample-key', 'sample-secret'));
  await client.enrol(EXAMPLE);
  await client.enrol(EXAMPLE);
  assert.equal((await mock.sent('/v3/oauth/token/generate')).length, 1);
  await mock.fault('498', { count: 1 });
  assert.equal((await client.enrol(EXAMPLE)).requests, 2);
  assert.equal((await mock.sent('/v3/oauth/token/generate')).length, 2);
  await mock.fault('498');
  await assert.rejects(client.enrol(EXAMPLE), ({ status }) => status === 498);
});
