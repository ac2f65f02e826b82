// The steps that can be undone and done again. It knows no page: a step is anything with undo() and redo().

const LIMIT = 500;

export class History {
  done = [];
  undone = [];

  /** Keep a step that was just done; what was undone before it is gone. */
  push(step) {
    this.done.push(step);
    if (this.done.length > LIMIT) this.done.shift();
    this.undone = [];
  }

  /** Undo the last step and return what its undo() returns; null if there is none. */
  undo() {
    const step = this.done.pop();
    if (!step) return null;
    this.undone.push(step);
    return { step, result: step.undo() };
  }

  /** Do the step again that was undone last; null if there is none. */
  redo() {
    const step = this.undone.pop();
    if (!step) return null;
    this.done.push(step);
    return { step, result: step.redo() };
  }
}
