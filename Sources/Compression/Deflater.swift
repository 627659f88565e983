import CZlib

/// What zlib objects to, in words.
struct ZlibFailure: Error {
  let reason: String
}

/// One deflating stream.
@safe
final class Deflater {
  // SAFETY: allocated and initialised in `init`, never moved (zlib keeps its address), released once in
  // `deinit` after deflateEnd; its buffer pointers are set only while the buffers they point into are
  // borrowed, and are never read outside those calls.
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
          // SAFETY: zlib reads at most `offered` bytes from `position` and writes at most `room` bytes;
          // both lie within their buffers. An empty input has no address and none is needed.
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

extension DeflateFormat {
  /// How zlib is told.
  fileprivate var windowBits: Int32 {
    switch self {
    case .raw: -15
    case .zlib: 15
    case .gzip: 31
    }
  }
}
