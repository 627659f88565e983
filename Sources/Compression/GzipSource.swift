package import Files

/// The inflated bytes of another source.
///
/// Gzip files may have several members, whose contents follow each other, and zero bytes after the last
/// one. Anything else after a member is an error: it may be a part of the report that would be lost.
/// Checksums and lengths are verified at the end of each member.
package final class GzipSource: ByteSource {
  package let name: String
  /// Bytes taken from the compressed source so far, for progress.
  package private(set) var compressedCount = 0

  private let base: any ByteSource
  private let format: DeflateFormat
  private var input = PaddedInput()
  private var member: MemberDecoder
  private var window = InflateWindow()
  private var state = State.betweenMembers
  private var members = 0
  /// What went wrong, thrown once all was handed out that came before it.
  private var failure: (any Error)?
  private static let inputStep = 1 << 18
  /// Bytes wanted from which on they go straight to whoever wants them.
  private static let leastDirectly = 1 << 16
  /// Bytes inflated at a time at least.
  private static let leastAtOnce = 1 << 12

  private enum State { case betweenMembers, inMember, finished }

  package init(_ base: any ByteSource, format: DeflateFormat = .gzip) {
    self.base = base
    self.format = format
    member = MemberDecoder(format)
    name = base.name
  }

  /// Appends up to `limit` inflated bytes; fewer only at the end.
  ///
  /// - Throws: `FormatError` for damaged or incomplete data; what the base source throws.
  package func read(into buffer: inout [UInt8], limit: Int) throws -> Int {
    var count = 0
    while true {
      count += window.take(limit - count, into: &buffer)
      if count == limit { return count }
      if let failure { throw failure }
      if state == .finished { return count }
      do {
        switch state {
        case .betweenMembers: try beginMember()
        case .inMember: try inflate(into: &buffer, &count, limit: limit)
        case .finished: break
        }
      } catch { failure = error }
    }
  }

  /// Inflates some bytes: straight into `buffer` where much is wanted and what distances may reach back to
  /// is in it, by way of the window where not.
  ///
  /// - Parameters:
  ///   - count: bytes that this reading has appended to `buffer`, all that were ready.
  ///   - limit: for `count`.
  private func inflate(into buffer: inout [UInt8], _ count: inout Int, limit: Int) throws {
    let wanted = limit - count
    let reach = min(member.size, InflateWindow.history)
    do throws(CodecError) {
      let progress: DeflateDecoder.Progress
      if wanted < GzipSource.leastDirectly {
        progress = try inflate(max(wanted, GzipSource.leastAtOnce))
      } else if count < reach {
        progress = try inflate(reach - count)
      } else {
        progress = try inflate(wanted, directlyInto: &buffer, &count, reach)
      }
      switch progress {
      case .isFull: return
      case .hasEnded:
        state = format == .gzip ? .betweenMembers : .finished
        return
      case .needsInput: break
      }
    } catch { throw described(error) }
    _ = try refill()
  }

  /// Inflates about so many bytes, or fewer, into the window.
  private func inflate(_ wanted: Int) throws(CodecError) -> DeflateDecoder.Progress {
    try window.withOutput(atMost: wanted) { (output) throws(CodecError) in
      try member.decode(&input, to: &output)
    }
  }

  /// Inflates up to so many bytes behind those of `buffer`, and has the window know of them.
  private func inflate(
    _ wanted: Int, directlyInto buffer: inout [UInt8], _ count: inout Int, _ reach: Int
  ) throws(CodecError) -> DeflateDecoder.Progress {
    let start = buffer.count
    defer {
      count += buffer.count - start
      window.follow(buffer[start...])
    }
    return try BlockOutput.extend(
      &buffer, by: wanted, slack: DeflateDecoder.slack, reach: reach
    ) { (output) throws(CodecError) in
      try member.decode(&input, to: &output)
    }
  }

  private func described(_ error: CodecError) -> FormatError {
    if error == CodecError.cutShort {
      return FormatError(
        name,
        "ends in the middle of the compressed data: the download may be incomplete, fetch it again")
    }
    return FormatError(
      name, at: "near compressed byte \(compressedCount - input.left)",
      "the compressed data is damaged (\(error.reason)): fetch the file again")
  }

  private func beginMember() throws {
    if input.left == 0, try !refill() {
      if members > 0 {
        state = .finished
        return
      }
      throw FormatError(
        name, "is empty, expected compressed data: the download may be incomplete")
    }
    if members > 0 {
      if input.nextByte == 0 { return try skipPadding() }
      guard input.nextByte == 0x1F else { throw trailingBytes() }
      member.reset()
      window.beginFrame()
    }
    members += 1
    state = .inMember
  }

  private func skipPadding() throws {
    repeat {
      guard input.skipZeros() else { throw trailingBytes() }
    } while try refill()
    state = .finished
  }

  private func trailingBytes() -> FormatError {
    FormatError(
      name,
      "has bytes that are not gzip after the end of the compressed data: "
        + "two files may have been joined, or the download went wrong")
  }

  private func refill() throws -> Bool {
    let count = try input.refill(from: base, limit: GzipSource.inputStep)
    compressedCount += count
    return count > 0
  }
}
