/**
 * What keys ask for while a frame is still on its way waits for that frame, in the order in which it was asked:
 * whoever types ahead changes the frame they went to, and not the one that was on the screen.
 */

export class Order {
  readonly #isOnItsWay: () => boolean;
  #waiting: (() => void)[] = [];
  #isActing = false;

  constructor(isOnItsWay: () => boolean) {
    this.#isOnItsWay = isOnItsWay;
  }

  get isWaiting(): boolean {
    return !this.#isActing && this.#waiting.length > 0;
  }

  /** A change of what is shown: now, or with the frame. */
  change(act: () => void): void {
    if (this.isWaiting || this.#isOnItsWay()) this.#waiting.push(act);
    else act();
  }

  /** Going to another frame waits for changes only. */
  go(act: () => void): void {
    if (this.isWaiting) this.#waiting.push(act);
    else act();
  }

  /** After all that waits; false where nothing does. */
  after(act?: () => void): boolean {
    const { isWaiting } = this;
    if (isWaiting && act) this.#waiting.push(act);
    return isWaiting;
  }

  /** A frame is on the screen. */
  arrived(): void {
    while (this.isWaiting && !this.#isOnItsWay()) {
      const act = this.#waiting.shift();
      this.#isActing = true;
      try {
        act?.();
      } finally {
        this.#isActing = false;
      }
    }
  }

  clear(): void {
    this.#waiting = [];
  }
}
