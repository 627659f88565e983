import CZlib

/// The three wrappings of the same compressed data (RFC 1951, 1950 and 1952).
package enum DeflateFormat: Sendable {
  /// Bare deflate, as zip entries have it: no checksum.
  case raw
  /// Two bytes of header and an Adler-32.
  case zlib
  /// A header that may carry a name, a CRC-32 and the length.
  case gzip

  fileprivate var windowBits: Int32 {
    switch self {
    case .raw: -15
    case .zlib: 15
    case .gzip: 31
    }
  }
}

/// What zlib objects to, in words.
struct ZlibFailure: Error {
  let reason: String
}

/// One inflating stream: bytes in, bytes out, in steps of any size.
@safe
final class Inflater {
  enum Progress {
    /// Room or input ran out; there may be more.
    case going
    /// The checked end of the stream.
    case ended
  }

  // SAFETY: allocated and initialised in `init`, never moved (zlib keeps its address), released once in
  // `deinit` after inflateEnd; its buffer pointers are set only while the buffers they point into are
  // borrowed, and are never read outside those calls.
  private let stream: UnsafeMutablePointer<z_stream>
  /// Where zlib writes; copied from there, which costs less than clearing room in each output.
  private var scratch = [UInt8](repeating: 0, count: 1 << 18)

  init(_ format: DeflateFormat) throws(ZlibFailure) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let status = unsafe inflateInit2_(
      stream, format.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      throw ZlibFailure(reason: "zlib cannot start (status \(status))")
    }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Makes the stream ready for another member.
  func reset() { _ = unsafe inflateReset(stream) }

  /// Inflates from `input` at `position` (advanced) and appends at most `room` bytes to `output`.
  func step(
    _ input: [UInt8], _ position: inout Int, into output: inout [UInt8], room: Int
  ) throws(ZlibFailure) -> Progress {
    let offered = min(input.count - position, Int(Int32.max))
    let room = min(room, scratch.count)
    let status = unsafe input.withUnsafeBufferPointer { source in
      unsafe scratch.withUnsafeMutableBufferPointer { target -> Int32 in
        // SAFETY: zlib reads at most `offered` bytes from `position` and writes at most `room` bytes;
        // both lie within their buffers, and zlib does not write through `next_in`.
        guard let from = source.baseAddress, let to = target.baseAddress else {
          return Z_BUF_ERROR
        }
        unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: from + position)
        unsafe stream.pointee.avail_in = UInt32(offered)
        unsafe stream.pointee.next_out = to
        unsafe stream.pointee.avail_out = UInt32(room)
        return unsafe inflate(stream, Z_NO_FLUSH)
      }
    }
    position += offered - Int(unsafe stream.pointee.avail_in)
    output += scratch[..<(room - Int(unsafe stream.pointee.avail_out))]
    switch status {
    case Z_OK, Z_BUF_ERROR: return .going
    case Z_STREAM_END: return .ended
    case Z_NEED_DICT: throw ZlibFailure(reason: "needs a preset dictionary, which is not supported")
    default:
      // SAFETY: zlib's messages are static NUL-terminated text.
      let reason = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
      throw ZlibFailure(reason: reason ?? "damaged data (status \(status))")
    }
  }
}

/// One deflating stream.
@safe
final class Deflater {
  // SAFETY: as for `Inflater.stream`.
  private let stream: UnsafeMutablePointer<z_stream>
  private var scratch = [UInt8](repeating: 0, count: 1 << 16)

  /// - Precondition: `level` lies in 0...9.
  init(_ format: DeflateFormat, level: Int) throws(ZlibFailure) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let status = unsafe deflateInit2_(
      stream, Int32(level), Z_DEFLATED, format.windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      throw ZlibFailure(reason: "zlib cannot start (status \(status))")
    }
  }

  deinit {
    unsafe deflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Appends to `output` what is ready after `input`; with `finishing`, all that is left.
  func deflate(_ input: [UInt8], finishing: Bool, into output: inout [UInt8]) {
    var position = 0
    var status = Z_OK
    repeat {
      let room = scratch.count
      let offered = min(input.count - position, Int(Int32.max))
      let isLast = finishing && position + offered == input.count
      status = unsafe input.withUnsafeBufferPointer { source in
        unsafe scratch.withUnsafeMutableBufferPointer { target -> Int32 in
          // SAFETY: as in `Inflater.step`; an empty input has no address and none is needed.
          unsafe stream.pointee.next_in =
            source.baseAddress.map { unsafe UnsafeMutablePointer(mutating: $0 + position) }
          unsafe stream.pointee.avail_in = UInt32(offered)
          unsafe stream.pointee.next_out = target.baseAddress
          unsafe stream.pointee.avail_out = UInt32(room)
          return unsafe CZlib.deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
        }
      }
      position += offered - Int(unsafe stream.pointee.avail_in)
      output += scratch[..<(room - Int(unsafe stream.pointee.avail_out))]
      if unsafe stream.pointee.avail_out != 0 && position == input.count && !finishing { return }
    } while status == Z_OK || (status == Z_BUF_ERROR && position < input.count)
  }
}
