// What can go wrong with a call. Every error of this library is an EnrolError.

// Statuses after which the same request may succeed a moment later.
const TRANSIENT = new Set([429, 500, 502, 503, 504]);
// The code of the row "Unable to enrol in promotions. … Try again later."
const TRY_AGAIN_LATER = 500;

// The customer is not enrolled, or nobody knows. `passing`: the same request may succeed a moment later.
// `status`: of the answer. `retryAfter`: the milliseconds that the host asks for. Both may be undefined.
export class EnrolError extends Error {
  name = this.constructor.name;
  passing = false;
}

// The host answered with errors, whatever its HTTP status. `errors`: a list of { code, message }, codes as numbers.
export class Refused extends EnrolError {
  constructor(status, errors, retryAfter) {
    super(errors.map(({ code, message }) => (code === undefined ? message : `${code}: ${message}`)).join('; '));
    Object.assign(this, { status, errors, retryAfter });
    this.passing = TRANSIENT.has(status) || errors.some(({ code }) => code === TRY_AGAIN_LATER);
  }
}

// The host, or a gateway before it, answered with a status and no errors that can be read.
export class HostFailed extends EnrolError {
  constructor(status, retryAfter) {
    super(`the host answers ${status}`);
    Object.assign(this, { status, retryAfter, passing: TRANSIENT.has(status) });
  }
}

// The answer says success, and is not what the documentation describes. The customer may be enrolled.
export class Unreadable extends EnrolError {}

// No whole answer came: the connection broke, or the time was over. The customer may be enrolled.
export class NoAnswer extends EnrolError {
  passing = true;
}
