import { Problem, Unreachable } from "../api/problems";
import { errors, problems, type Words, waitWords } from "../strings/errors";

/** Say in words what an error means to a person, and what they can do. */
export function wordsOf(error: unknown): Words {
  if (error instanceof Unreachable) return errors.unreachable;
  if (!(error instanceof Problem)) return errors.unexpected;
  const words = problems[error.code] ?? wordsOfDetail(error);
  const seconds = error.extra.retry_after;
  return error.status === 429 && typeof seconds === "number" ? { ...words, next: waitWords(seconds) } : words;
}

function wordsOfDetail(problem: Problem): Words {
  if (problem.status >= 500 || !problem.detail) return problems.unavailable as Words;
  return { what: asSentence(problem.detail), next: "" };
}

/** Write what the server says of a refusal as a sentence. */
export function asSentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?]$/.test(capital) ? capital : `${capital}.`;
}
