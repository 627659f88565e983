extension DeflateDecoder {
  /// Why the loop over the symbols of a block stopped.
  enum SymbolStop {
    case endOfBlock, room, input
  }

  /// Decodes the symbols of a block until it ends, or room or input do.
  ///
  /// Behind the last bytes come zeros. What these made of an end that is missing is taken back.
  ///
  /// - Throws: `CodecError` for a code without meaning, for a distance before the stream's start, and
  ///   when the last bytes end too early.
  static func decodeSymbols(
    _ codes: DeflateCodes, _ stream: inout DeflateBits, isAtEnd: Bool, to output: inout BlockOutput
  ) throws(CodecError) -> SymbolStop {
    let stop = try unsafe run(
      codes, &stream, until: stream.end - DeflateBits.padding, to: &output)
    guard stop == .input, isAtEnd else { return stop }
    let certain = output.written
    do throws(CodecError) {
      let stop = try unsafe run(codes, &stream, until: stream.end + 8, to: &output)
      if !stream.isOverrun { return stop }
    } catch {
      if !stream.isOverrun { throw error }
    }
    output.written = certain
    throw CodecError.cutShort
  }

  private static func run(
    _ codes: DeflateCodes, _ stream: inout DeflateBits, until inputLimit: UnsafeRawPointer,
    to output: inout BlockOutput
  ) throws(CodecError) -> SymbolStop {
    try unsafe codes.literals.entries.withUnsafeBufferPointer { literals throws(CodecError) in
      try unsafe codes.distances.entries.withUnsafeBufferPointer { distances throws(CodecError) in
        guard let literals = literals.baseAddress, let distances = distances.baseAddress else {
          return .input
        }
        // SAFETY: the tables belong to each other, and outlive the loop.
        return try unsafe run(literals, distances, &stream, until: inputLimit, to: &output)
      }
    }
  }

  /// The loop: literals, a length, a distance, the copy; again.
  ///
  /// It goes around with 56 bits ready or more, of which the entry for the first is looked up already.
  /// An entry of literals takes 11 bits, or 15 where it is in a subtable, a length 20, a distance 28;
  /// refills come behind lookups, so that the two loads do not wait for each other. All that is read in
  /// one turn lies within 40 bytes, and all that is written within `slack`, so that only the places
  /// where it begins are checked.
  ///
  /// SAFETY: the tables are those of `DeflateCodes`; `output` has `slack` bytes behind its size.
  private static func run(
    _ literals: UnsafePointer<LiteralEntry>, _ distances: UnsafePointer<DeflateEntry>,
    _ stream: inout DeflateBits, until inputLimit: UnsafeRawPointer, to output: inout BlockOutput
  ) throws(CodecError) -> SymbolStop {
    // Locals, so that they live in registers: stores through the target could alias the fields.
    var bits = stream
    var target = unsafe output.target + output.written
    let start = unsafe output.target + output.frameStart
    let targetLimit = unsafe output.target + output.size
    defer {
      stream = bits
      output.written = unsafe target - output.target
    }
    bits.refill()
    var symbols = unsafe literals[bits.literalIndex]
    while unsafe bits.next <= inputLimit {
      guard unsafe target <= targetLimit else { return .room }
      if !symbols.hasLength {
        if symbols.hasOnlyLiterals {
          unsafe put(symbols, &target)
          bits.consume(symbols.bits)
          symbols = unsafe literals[bits.literalIndex]
        }
        if symbols.isSpecial {
          bits.consume(symbols.bits)
          if symbols.isLink {
            symbols = unsafe literals[symbols.base &+ bits.peek(symbols.codeBits)]
            if symbols.isSpecial { bits.consume(symbols.bits) }
          }
          if symbols.isEndOfBlock { return .endOfBlock }
          if symbols.isSpecial { throw CodecError("a code stands for no literal and no length") }
        }
        if !symbols.hasLength {
          unsafe put(symbols, &target)
          bits.consume(symbols.bits)
          symbols = unsafe literals[bits.literalIndex]
          bits.refill()
          continue
        }
      }
      unsafe put(symbols, &target)
      let length = symbols.length(in: bits)
      bits.consume(symbols.bits)

      var distanceEntry = unsafe distances[bits.distanceIndex]
      bits.refill()
      if distanceEntry.isSpecial {
        bits.consume(distanceEntry.dropped)
        if distanceEntry.isLink {
          let index = distanceEntry.base &+ bits.peek(distanceEntry.codeBits)
          distanceEntry = unsafe distances[index]
        }
        if distanceEntry.isSpecial {
          bits.consume(distanceEntry.dropped)
          throw CodecError("a code stands for no distance")
        }
      }
      let distance = distanceEntry.value(in: bits)
      bits.consume(distanceEntry.dropped)
      symbols = unsafe literals[bits.literalIndex]
      bits.refill()
      guard unsafe distance <= target - start else {
        throw CodecError("a distance reaches back before the first byte")
      }
      // SAFETY: `distance` is at least 1 and lies within the frame.
      unsafe WideCopy.repeatBytes(before: target, offset: distance, count: length)
      unsafe target += length
    }
    return .input
  }

  /// Writes the literals of an entry: two bytes always, of which as many count as there are.
  @inline(__always)
  private static func put(_ symbols: LiteralEntry, _ target: inout UnsafeMutableRawPointer) {
    unsafe target.storeBytes(of: symbols.literals.littleEndian, as: UInt16.self)
    unsafe target += symbols.literalCount
  }
}

extension DeflateBits {
  @inline(__always) fileprivate var literalIndex: Int {
    peek(UInt64(DeflateCodes.literalWidth))
  }
  @inline(__always) fileprivate var distanceIndex: Int {
    peek(UInt64(DeflateCodes.distanceWidth))
  }
}
