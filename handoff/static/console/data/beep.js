/** Two short sounds, made on the spot. Browsers let a page sound only after it has been touched once. */

/** @type {Record<"offer" | "reply", number[]>} tones in Hz, one after the other */
const TUNES = { offer: [660, 880], reply: [520] };
const TONE_S = 0.14;
const LOUDNESS = 0.12;

export class Beep {
  /** @type {AudioContext | null} */
  #audio = null;

  constructor() {
    const wake = () => {
      if ("AudioContext" in window) this.#audio ??= new AudioContext();
    };
    for (const event of ["pointerdown", "keydown"]) document.addEventListener(event, wake, { once: true, capture: true });
  }

  /** @param {keyof typeof TUNES} tune */
  play(tune) {
    const audio = this.#audio;
    if (!audio) return;
    TUNES[tune].forEach((tone, i) => sound(audio, tone, audio.currentTime + i * TONE_S));
  }
}

/** @param {AudioContext} audio @param {number} tone @param {number} at */
function sound(audio, tone, at) {
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.frequency.value = tone;
  // Soft ends: a tone cut off square clicks.
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
  gain.gain.linearRampToValueAtTime(0, at + TONE_S);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + TONE_S);
}
