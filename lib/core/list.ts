/** An element of a {@linkcode List}: it knows its neighbours, so removing it needs no search. */
export interface Link {
  nextLink: Link | null;
  prevLink: Link | null;
}

/** A circular doubly linked list whose elements are its links. The list itself is the head. */
export class List<Element extends Link> implements Link {
  nextLink: Link = this;
  prevLink: Link = this;

  get isEmpty(): boolean {
    return this.nextLink === this;
  }

  /** The element that was added first, if there is one. */
  get first(): Element | undefined {
    return this.nextLink === this ? undefined : this.nextLink as Element;
  }

  /** The elements, in order. */
  toArray(): Element[] {
    const elements: Element[] = [];
    for (let link: Link = this.nextLink; link !== this; link = link.nextLink!) {
      elements.push(link as Element);
    }
    return elements;
  }

  push(element: Element): void {
    const last = this.prevLink;
    element.prevLink = last;
    element.nextLink = this;
    last.nextLink = element;
    this.prevLink = element;
  }
}

/** Takes an element out of the list that it is in. */
export function unlink(element: Link): void {
  const next = element.nextLink!;
  const previous = element.prevLink!;
  previous.nextLink = next;
  next.prevLink = previous;
  element.nextLink = element.prevLink = null;
}
