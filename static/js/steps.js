// Changes of an editor's controls and rows, each a step that can be undone, whatever made it: a key, a paste, a button.

import { put, tell, valueOf } from "planwright/cells";
import { History } from "planwright/history";
import { rowsOf, setRows, tellRows } from "planwright/rows";

/** What the page does to its controls and rows, and can undo. `told(touched)` is called after each step. */
export class Steps {
  history = new History();
  typing = null; // the control that is typed in, and what it held before
  isAtWork = false;

  constructor(root, told) {
    this.root = root;
    this.told = told;
  }

  // --- typing ----------------------------------------------------------------------------------

  /** Note what a control holds before it is typed in. */
  watch(control) {
    this.settle();
    this.typing = { control, before: valueOf(control) };
  }

  /** Whether the control holds something else than when it was entered. */
  isTyped(control) {
    return this.typing?.control === control && this.typing.before !== valueOf(control);
  }

  /** Put back what the control held when it was entered. */
  restore(control) {
    if (!this.isTyped(control)) return false;
    put(control, this.typing.before);
    this.tellAll([control], []);
    return true;
  }

  /** Keep what was typed as a step. */
  settle() {
    if (!this.typing) return;
    const { control, before } = this.typing;
    const after = valueOf(control);
    if (before === after) return;
    this.typing = { control, before: after };
    this.history.push(this.makeStep({ words: "typing", values: [{ control, before, after }], rows: [] }));
  }

  /** Take what somebody else put into a control as what it held before. */
  follow(control) {
    if (this.typing?.control === control) this.typing.before = valueOf(control);
  }

  // --- steps -----------------------------------------------------------------------------------

  /**
   * Put values into controls and rows into lists, as one step. `values` are pairs of a control and its value, `orders`
   * pairs of a list and its rows in order. Returns how many controls changed.
   */
  take({ words, values = [], orders = [] }) {
    this.settle();
    const changes = values
      .map(([control, after]) => ({ control, before: valueOf(control), after }))
      .filter(({ before, after }) => before !== after);
    const rows = orders.map(([list, after]) => ({ list, before: rowsOf(list), after }));
    if (!changes.length && !rows.length) return 0;
    const step = this.makeStep({ words, values: changes, rows });
    step.redo();
    this.history.push(step);
    if (this.typing) this.typing.before = valueOf(this.typing.control);
    return changes.length;
  }

  makeStep({ words, values, rows }) {
    const change = (from, to) => {
      const putRows = () => rows.forEach((each) => this.putRows(each, from, to));
      if (to === "after") putRows(); // values go into rows that are there
      const touched = this.putValues(values, from, to);
      if (to === "before") putRows();
      this.tellAll(touched, rows.map(({ list }) => list));
      return { touched, left: values.length - touched.length, rows };
    };
    return { words, undo: () => change("after", "before"), redo: () => change("before", "after") };
  }

  putRows(each, from, to) {
    if (!each.list.isConnected) this.findAgain(each);
    setRows(each.list, withOthers(each[to], each[from], rowsOf(each.list)));
  }

  putValues(values, from, to) {
    const touched = [];
    for (const each of values) {
      if (!each.control.isConnected) each.control = findAgain(this.root, each.control) ?? each.control;
      if (each.control.isConnected && valueOf(each.control) === each[from]) {
        put(each.control, each[to]);
        touched.push(each.control);
      }
    }
    return touched;
  }

  /** Find a list and its rows again after the page was drawn anew. */
  findAgain(each) {
    const list = findAgain(this.root, each.list) ?? each.list;
    const drawn = new Map(rowsOf(list).map((row) => [row.dataset.row, row]));
    each.list = list;
    for (const side of ["before", "after"]) each[side] = each[side].map((row) => drawn.get(row.dataset.row) ?? row);
  }

  tellAll(controls, lists) {
    this.isAtWork = true;
    controls.forEach(tell);
    lists.forEach(tellRows);
    this.isAtWork = false;
    this.told({ controls, lists });
  }

  /** Undo or redo the last step; returns null if there is none. */
  go(way) {
    this.settle();
    const done = this.history[way]();
    if (this.typing) this.typing.before = valueOf(this.typing.control);
    return done;
  }
}

/** Return rows in order with those that came from elsewhere since, each behind the row it stands behind now. */
function withOthers(order, other, now) {
  const known = new Set([...order, ...other]);
  const result = [...order];
  now.forEach((row, at) => {
    if (!known.has(row)) result.splice(result.indexOf(now[at - 1]) + 1, 0, row);
  });
  return result;
}

/** Return the element that now stands where one stood that was drawn over, null if there is none. */
function findAgain(root, old) {
  return placesAbove(old).reduce((scope, { name, value }) => {
    const found = [...(scope?.querySelectorAll(`[data-${name}="${value}"]`) ?? [])];
    return found.find((each) => name === "row" || each.parentElement.closest("[data-row]") === rowOf(scope)) ?? null;
  }, root);
}

function placesAbove(element) {
  const places = [];
  for (let each = element; each; each = each.parentElement?.closest("[data-list], [data-row]")) {
    const name = ["field", "row", "list"].find((kind) => kind in each.dataset);
    places.unshift({ name, value: each.dataset[name] });
  }
  return places;
}

function rowOf(scope) {
  return scope.closest("[data-row]");
}
