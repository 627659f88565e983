/// What was inflated and not handed out yet, behind the 32 KiB that distances may reach back to.
///
///     | history |  handed out  |  ready  |  room  | slack |
///     0    frameStart…       taken    written    size
///
/// It is small enough to stay in the processor's second cache.
@safe
struct InflateWindow {
  /// The largest distance of deflate.
  static let history = 1 << 15
  private static let size = history + 1 << 18

  private var bytes = [UInt8](repeating: 0, count: size + DeflateDecoder.slack)
  private var taken = 0
  private var written = 0
  private var frameStart = 0

  /// Distances do not reach back before what is appended from now on.
  mutating func beginFrame() { frameStart = written }

  var isFull: Bool { written >= Self.size }

  /// Appends up to `limit` bytes that are ready, and returns how many.
  mutating func take(_ limit: Int, into buffer: inout [UInt8]) -> Int {
    let count = min(limit, written - taken)
    buffer += bytes[taken..<(taken + count)]
    taken += count
    return count
  }

  /// Lets `body` fill so much of the room, of which there is some: all was taken that was ready.
  mutating func withOutput<Result>(
    atMost wanted: Int, _ body: (inout BlockOutput) throws(CodecError) -> Result
  ) throws(CodecError) -> Result {
    if taken == written && isFull { slide() }
    var written = written
    let size = min(written + wanted, Self.size)
    let frameStart = frameStart
    defer { self.written = written }
    return unsafe try bytes.withUnsafeMutableBufferPointer { bytes throws(CodecError) in
      // SAFETY: `slack` bytes lie behind the size; the output does not leave the closure.
      var output = unsafe BlockOutput(
        target: UnsafeMutableRawPointer(bytes.baseAddress.unsafelyUnwrapped), size: size)
      output.written = written
      output.frameStart = frameStart
      defer { written = output.written }
      return try body(&output)
    }
  }

  /// Adds what was inflated elsewhere, behind what is here; all was taken that was ready.
  mutating func follow(_ inflated: ArraySlice<UInt8>) {
    let last = inflated.suffix(Self.history)
    if written + last.count > Self.size { slide() }
    bytes.replaceSubrange(written..<(written + last.count), with: last)
    written += last.count
    taken = written
  }

  /// Moves the history to the front.
  private mutating func slide() {
    let shift = written - Self.history
    unsafe bytes.withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      // SAFETY: more than `history` bytes are written, and the two places may overlap.
      unsafe base.copyMemory(from: base + shift, byteCount: Self.history)
    }
    written = Self.history
    taken = written
    frameStart = max(0, frameStart - shift)
  }
}
