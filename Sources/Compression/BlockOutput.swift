/// The result of a decoder, and how far it is filled.
@safe
struct BlockOutput {
  // SAFETY: `size` bytes and a slack, as whoever makes the value promises; `written` stays within them,
  // because all that is appended is checked against `size`.
  let target: UnsafeMutableRawPointer
  let size: Int
  var written = 0
  /// Where the frame or block begins that is being read: copies may not reach before it.
  var frameStart = 0

  /// SAFETY: `target` has room for `size` bytes and the slack of whoever decodes to it, and outlives
  /// the value.
  init(target: UnsafeMutableRawPointer, size: Int) {
    unsafe self.target = unsafe target
    self.size = size
  }

  /// Lets `decode` fill `size` bytes from all of `bytes`; room that is never written costs nothing.
  ///
  /// - Parameter slack: bytes behind `size` that `decode` may write.
  /// - Throws: what `decode` throws, and `CodecError` when it gives fewer bytes.
  static func fill(
    _ bytes: RawSpan, size: Int, slack: Int = WideCopy.slack,
    with decode: (inout InputReader, inout BlockOutput) throws(CodecError) -> Void
  ) throws(CodecError) -> [UInt8] {
    var failure: CodecError?
    let result = unsafe [UInt8](unsafeUninitializedCapacity: size + slack) {
      buffer, initialized in
      guard let target = buffer.baseAddress else { return }
      unsafe bytes.withUnsafeBytes { source in
        // SAFETY: the array has `slack` bytes more than `size`; both buffers outlive the decoding.
        var input = unsafe InputReader(source)
        var output = unsafe BlockOutput(target: UnsafeMutableRawPointer(target), size: size)
        do throws(CodecError) {
          try decode(&input, &output)
          if output.written != size {
            throw CodecError("the data holds \(output.written) bytes, not \(size)")
          }
        } catch { failure = error }
      }
      initialized = failure == nil ? size : 0
    }
    if let failure { throw failure }
    return result
  }

  /// Lets `decode` append up to `count` bytes to `buffer`, of which it leaves `slack` or fewer.
  ///
  /// - Parameter reach: how many of the last bytes of `buffer` copies may reach back to.
  /// - Throws: what `decode` throws; what it had written by then is appended all the same.
  static func extend<Value>(
    _ buffer: inout [UInt8], by count: Int, slack: Int, reach: Int,
    with decode: (inout BlockOutput) throws(CodecError) -> Value
  ) throws(CodecError) -> Value {
    precondition(reach <= buffer.count && slack <= count, "an output is larger than its slack")
    var result: Result<Value, CodecError>?
    buffer.append(addingCapacity: count) { span in
      unsafe span.withUnsafeMutableBufferPointer { free, initialized in
        guard let start = free.baseAddress else { return }
        // SAFETY: the array has at least `reach` bytes before the free ones, and `slack` behind the size;
        // the output does not leave the closure.
        var output = unsafe BlockOutput(
          target: UnsafeMutableRawPointer(start) - reach, size: reach + count - slack)
        output.written = reach
        result = Result { () throws(CodecError) in try decode(&output) }
        initialized = output.written - reach
      }
    }
    guard let result else { throw tooLarge }
    return try result.get()
  }

  /// What the present frame gave so far.
  var frameBytes: InputReader { bytes(from: frameStart) }

  /// What was written from a place on.
  ///
  /// - Precondition: `start` lies in `0...written`.
  func bytes(from start: Int) -> InputReader {
    unsafe InputReader(UnsafeRawBufferPointer(start: target + start, count: written - start))
  }

  mutating func append(_ bytes: InputReader) throws(CodecError) {
    guard bytes.count <= size - written else { throw Self.tooLarge }
    if let source = unsafe bytes.rest.baseAddress {
      // SAFETY: the room was checked just now.
      unsafe (target + written).copyMemory(from: source, byteCount: bytes.count)
    }
    written += bytes.count
  }

  mutating func append(_ byte: UInt8, times count: Int) throws(CodecError) {
    guard count <= size - written else { throw Self.tooLarge }
    // SAFETY: the room was checked just now.
    unsafe (target + written).initializeMemory(as: UInt8.self, repeating: byte, count: count)
    written += count
  }

  static let tooLarge = CodecError("the data holds more bytes than were announced")
}
