// Records a voice message with the computer's microphone, if there is one and the user allows it.

const LONGEST_SECONDS = 60;

export const canRecord = () => Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);

export class Recorder {
  // `onEnd` gets the sound and its seconds; it is not called for a discarded recording.
  async start(onEnd) {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const recorder = new MediaRecorder(stream);
    const parts = [];
    const began = Date.now();
    this.kept = true;
    this.recorder = recorder;
    recorder.ondataavailable = (event) => parts.push(event.data);
    recorder.onstop = () => {
      clearTimeout(this.limit);
      for (const track of stream.getTracks()) track.stop();
      const seconds = Math.max(1, Math.round((Date.now() - began) / 1000));
      if (this.kept) onEnd(new File(parts, "suara.webm", { type: recorder.mimeType }), seconds);
    };
    recorder.start();
    this.limit = setTimeout(() => this.stop(), LONGEST_SECONDS * 1000);
  }

  get running() { return this.recorder?.state === "recording"; }

  stop(keep = true) {
    this.kept = keep;
    if (this.running) this.recorder.stop();
  }
}
