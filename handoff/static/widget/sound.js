// @ts-check
/** Two soft notes for a new message. Off until the reader turns it on. */

/** @type {AudioContext | null} */
let audio = null;

export function tone() {
  audio ??= new AudioContext();
  const now = audio.currentTime;
  for (const [pitch, at] of [[660, 0], [880, 0.12]]) {
    const note = audio.createOscillator();
    const volume = audio.createGain();
    note.frequency.value = pitch;
    volume.gain.setValueAtTime(0, now + at);
    volume.gain.linearRampToValueAtTime(0.08, now + at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, now + at + 0.3);
    note.connect(volume).connect(audio.destination);
    note.start(now + at);
    note.stop(now + at + 0.32);
  }
}
