// Reads answers in all the forms that the page leaves to a host.
import { HostFailed, Refused, Unreadable } from './errors.js';

// JavaScript's numbers lose digits of long ids. So integers of 16 digits or more are read as texts of digits.
const TEXT_OR_LONG = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/gs;

// Return what an answer { status, headers, text } says. Throws Refused, HostFailed or Unreadable.
export function enrolment(reply) {
  const body = content(reply);
  const warnings = entries(body.warnings).map(({ message }) => message);
  const data = object(body, 'data');
  if (!data && warnings.length === 0) throw new Unreadable('the answer has neither data nor errors');
  const enrolled = object(data, 'enrollmentStatus');
  const promotion = object(enrolled, 'promotion');
  const listed = object(enrolled, 'milestone')?.milestones ?? [];
  if (!Array.isArray(listed)) throw new Unreadable('milestones is no list');
  return {
    status: text(data, 'status'),
    requestId: text(data, 'requestId'),
    customerId: whole(object(data, 'customer'), 'customerId'),
    enrollmentId: text(promotion, 'enrollmentId'),
    optinId: text(promotion, 'optinId'),
    milestones: listed.map((one) => ({
      targetGroupId: whole(one, 'targetGroupId'),
      targetRuleId: whole(one, 'targetRuleId'),
      initialBalance: one?.initialBalance ?? null,
    })),
    warnings,
  };
}

// Return the object of an answer without errors.
export function content({ status, headers, text }) {
  let body;
  try {
    body = JSON.parse(text.replace(TEXT_OR_LONG, (found) => (found.startsWith('"') ? found : `"${found}"`)));
  } catch {
    body = undefined;
  }
  const errors = isObject(body) ? entries(body.errors) : [];
  if (errors.length > 0) throw new Refused(status, errors, retryAfter(headers)); // also beside HTTP 200
  if (status < 200 || status > 299) throw new HostFailed(status, retryAfter(headers));
  if (!isObject(body)) throw new Unreadable('the answer is no JSON object');
  return body;
}

// Return the entries of `errors` or `warnings`: a list of objects or of texts, or one of them, or nothing.
function entries(value) {
  if (!value || (isObject(value) && Object.keys(value).length === 0)) return [];
  return (Array.isArray(value) ? value : [value]).map((one) => {
    if (!isObject(one)) return { code: undefined, message: String(one) };
    const code = /^\d+$/.test(String(one.code)) ? Number(one.code) : undefined;
    return { code, message: String(one.message ?? '') };
  });
}

// Return the milliseconds that Retry-After asks for; it is a number of seconds, or a date.
function retryAfter(headers) {
  const said = headers.get('retry-after') ?? '';
  if (/^\d+$/.test(said)) return Number(said) * 1000;
  const date = Date.parse(said);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function object(data, name) {
  const value = data?.[name] ?? null;
  if (value !== null && !isObject(value)) throw new Unreadable(`${name} is no object`);
  return value;
}

function text(data, name) {
  const value = data?.[name] ?? null;
  if (value === null || typeof value === 'string') return value;
  if (Number.isSafeInteger(value)) return String(value);
  throw new Unreadable(`${name} is no text`);
}

// Return an id as a BigInt, which holds one of any size.
function whole(data, name) {
  const value = data?.[name] ?? null;
  if (value === null) return null;
  if (Number.isSafeInteger(value) || (typeof value === 'string' && /^-?\d+$/.test(value))) return BigInt(value);
  throw new Unreadable(`${name} is no whole number`);
}
