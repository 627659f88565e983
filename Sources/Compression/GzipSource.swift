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
      do { try advance() } catch { failure = error }
    }
  }

  private func advance() throws {
    switch state {
    case .betweenMembers: try beginMember()
    case .inMember: try inflate()
    case .finished: break
    }
  }

  private func inflate() throws {
    do throws(CodecError) {
      let progress = try window.withOutput { (output) throws(CodecError) in
        try member.decode(&input, to: &output)
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
