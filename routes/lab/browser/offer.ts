/** Offers a text as a file to be saved. */
export function offer(text: string, name: string, type: string): void {
  const offered = document.createElement("a");
  offered.href = URL.createObjectURL(new Blob([text], { type }));
  offered.download = name;
  offered.click();
  URL.revokeObjectURL(offered.href);
}
