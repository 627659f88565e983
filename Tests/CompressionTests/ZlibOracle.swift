import CZlib
import Compression

/// The system's zlib, which says what is right.
enum ZlibOracle {
  /// How a stream is deflated.
  struct Style {
    var format = DeflateFormat.raw
    /// 0...9.
    var level: Int32 = 6
    /// `Z_DEFAULT_STRATEGY`, `Z_FILTERED`, `Z_HUFFMAN_ONLY`, `Z_RLE` or `Z_FIXED`.
    var strategy: Int32 = Z_DEFAULT_STRATEGY
    /// 1...9; the less, the shorter the blocks.
    var memory: Int32 = 8
    /// After every so many bytes comes one of zlib's flushes, in turn.
    var flushStep = Int.max

    init() {}

    init(_ random: inout Random) {
      format = [.raw, .zlib, .gzip][random.next(3)]
      level = Int32(random.next(10))
      strategy = [Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED][random.next(5)]
      memory = Int32(1 + random.next(9))
      flushStep = random.next(2) == 0 ? Int.max : 1 + random.next(3000)
    }
  }

  static func deflate(_ bytes: [UInt8], _ style: Style) -> [UInt8] {
    let stream = unsafe newStream()
    unsafe deflateInit2_(
      stream, style.level, Z_DEFLATED, windowBits(style.format), style.memory, style.strategy,
      ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    defer {
      unsafe deflateEnd(stream)
      unsafe stream.deallocate()
    }
    var result: [UInt8] = []
    var position = 0
    var flushes = 0
    repeat {
      let size = min(style.flushStep, bytes.count - position)
      let isLast = position + size == bytes.count
      let flush = [Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_PARTIAL_FLUSH, Z_BLOCK][flushes % 4]
      result += unsafe step(stream, Array(bytes[position..<position + size])) {
        unsafe CZlib.deflate(stream, isLast ? Z_FINISH : flush)
      }
      position += size
      flushes += 1
    } while position < bytes.count
    return result
  }

  /// What a stream holds, nil when it is damaged or does not end; what follows it is not looked at.
  static func inflate(_ bytes: [UInt8], _ format: DeflateFormat) -> [UInt8]? {
    let stream = unsafe newStream()
    unsafe inflateInit2_(
      stream, windowBits(format), ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    defer {
      unsafe inflateEnd(stream)
      unsafe stream.deallocate()
    }
    var status = Z_OK
    let result = unsafe step(stream, bytes) {
      status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
      return status
    }
    return status == Z_STREAM_END ? result : nil
  }

  /// A stream that stays where it is, because zlib keeps its address.
  private static func newStream() -> UnsafeMutablePointer<z_stream> {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    return unsafe stream
  }

  private static func windowBits(_ format: DeflateFormat) -> Int32 {
    switch format {
    case .raw: -15
    case .zlib: 15
    case .gzip: 31
    }
  }

  /// Works on all of `bytes`, in as many calls as the output needs.
  private static func step(
    _ stream: UnsafeMutablePointer<z_stream>, _ bytes: [UInt8], _ work: () -> Int32
  ) -> [UInt8] {
    var bytes = bytes
    var room = [UInt8](repeating: 0, count: 1 << 16)
    var result: [UInt8] = []
    // SAFETY: zlib reads the bytes of the one buffer and writes to the other while both are held.
    unsafe bytes.withUnsafeMutableBufferPointer { source in
      unsafe stream.pointee.next_in = source.baseAddress
      unsafe stream.pointee.avail_in = UInt32(source.count)
      var status = Z_OK
      repeat {
        let count = unsafe room.withUnsafeMutableBufferPointer { target in
          unsafe stream.pointee.next_out = target.baseAddress
          unsafe stream.pointee.avail_out = UInt32(target.count)
          status = work()
          return target.count - Int(unsafe stream.pointee.avail_out)
        }
        result += room[..<count]
      } while unsafe status == Z_OK
        && (stream.pointee.avail_out == 0 || stream.pointee.avail_in > 0)
    }
    return result
  }
}
