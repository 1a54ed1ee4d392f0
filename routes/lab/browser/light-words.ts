/** Lets words light up what they name in the pictures, under the pointer or the focus. */
export function lightWords(): void {
  for (const type of ["pointerover", "focusin"]) {
    document.addEventListener(type, ({ target }) => {
      const { state } = (target as Element).closest<HTMLElement>("[data-state]")?.dataset ?? {};
      if (state === undefined) delete document.body.dataset.lit;
      else document.body.dataset.lit = state;
    });
  }
}
