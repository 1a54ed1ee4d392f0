/** Lets the reader save a text as a file. */
export function saveFile(text: string, name: string, type: string): void {
  const offered = document.createElement("a");
  offered.href = URL.createObjectURL(new Blob([text], { type }));
  offered.download = name;
  offered.click();
  URL.revokeObjectURL(offered.href);
}
