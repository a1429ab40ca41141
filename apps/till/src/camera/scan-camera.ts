/** How long the camera rests between two looks: a tablet sells all evening on one battery. */
const LOOK_EVERY_MS = 100

const BACK_CAMERA: MediaStreamConstraints = {
  audio: false,
  video: { facingMode: 'environment', width: { ideal: 1_280 }, height: { ideal: 720 } },
}

/**
 * Show the camera in a `video`, and tell every code that is in a frame, until the signal ends.
 * The reader of codes is fetched here and nowhere else. Rejects with the browser's own refusal.
 */
export async function scanCamera(
  video: HTMLVideoElement,
  signal: AbortSignal,
  onText: (text: string) => void,
): Promise<void> {
  // Undefined on a page without TLS, whatever the type says.
  const devices: MediaDevices | undefined = navigator.mediaDevices
  if (devices === undefined) throw new DOMException('no camera here', 'SecurityError')
  const stream = await devices.getUserMedia(BACK_CAMERA)
  try {
    video.srcObject = stream
    await video.play()
    const { openDetector } = await import('./open-detector.ts')
    const detector = openDetector()
    while (!signal.aborted) {
      const found = await detector.detect(video)
      for (const { rawValue } of found) if (!signal.aborted) onText(rawValue)
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    }
  } catch (error) {
    // A scanner that was closed while it opened has nothing to tell.
    if (!signal.aborted) throw error
  } finally {
    for (const track of stream.getTracks()) track.stop()
    video.srcObject = null
  }
}
