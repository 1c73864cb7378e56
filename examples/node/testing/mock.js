// The mock, as a test sees it: a session of its own, whose control plane is asked here.
import { basic, EnrolClient } from '../lib/client.js';

const ROOT = process.env.ENROL_MOCK_URL;
if (!ROOT) throw new Error('ENROL_MOCK_URL is not set; run: enrol-mock exec -- node --test');

// The page's example, which the sample data of the mock lets through. The login is that of the sample data, too.
export const EXAMPLE = {
  promotion: { id: '68c3f64bbd0a8a0aa705c793', promotionId: 1133590053 },
  programId: 3334,
  customer: { identifierName: 'id', identifierValue: '388369579', source: 'INSTORE' },
};
export const LOGIN = basic('store.server', '123');
// Short times, so that a test of a silent host takes no half minute.
export const QUICK = { deadline: 5_000, patience: 2_000, attempts: 3, backoff: 10 };

let sessions = 0;

export class Mock {
  constructor() {
    sessions += 1;
    this.url = `${ROOT.replace(/\/_s\/.*$/, '')}/_s/node-${process.pid}-${sessions}`;
  }

  client(login = LOGIN) {
    return new EnrolClient(this.url, login, QUICK);
  }

  async ask(method, path, body) {
    const send = () => fetch(this.url + path, { method, body: body && JSON.stringify(body) });
    const answer = await send().catch(send); // the case before may have broken the connection that fetch has kept
    const said = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path} is answered ${answer.status}: ${JSON.stringify(said)}`);
    return said;
  }

  fault(effect, keys = {}) {
    return this.ask('POST', '/_mock/faults', { effect, ...keys });
  }

  async sent(path = '/v3/promotions/enrol') {
    const { exchanges } = await this.ask('GET', `/_mock/journal?path=${path}`);
    return exchanges.map((one) => one.request.body);
  }
}
