/// The three tables that a block's sequences are decoded with (RFC 8878, section 3.1.1.3.2.1).
struct SequenceTables {
  private(set) var literalLengths: FiniteStateTable?
  private(set) var offsets: FiniteStateTable?
  private(set) var matchLengths: FiniteStateTable?

  /// Reads the byte of modes and the tables it announces, and moves `block` behind them.
  ///
  /// - Throws: `CodecError` when a table is damaged, or one is to be repeated that was never there.
  mutating func read(_ block: inout InputReader) throws(CodecError) {
    let modes = try block.number(1)
    guard modes & 3 == 0 else { throw CodecError("a reserved bit of a block is set") }
    try Self.read(&literalLengths, .literalLengths, mode: modes >> 6, &block)
    try Self.read(&offsets, .offsets, mode: modes >> 4 & 3, &block)
    try Self.read(&matchLengths, .matchLengths, mode: modes >> 2 & 3, &block)
  }

  private static func read(
    _ table: inout FiniteStateTable?, _ codes: SequenceCodes, mode: Int, _ block: inout InputReader
  ) throws(CodecError) {
    switch mode {
    case 0: table = codes.predefined
    case 1:
      let code = try block.number(1)
      guard code < codes.count else { throw CodecError("a block repeats code \(code)") }
      table = FiniteStateTable(always: codes[code].baseline, extraBits: codes[code].extraBits)
    case 2:
      let counts = try SymbolCounts(
        reading: &block, maximumAccuracy: codes.maximumAccuracy, symbolLimit: codes.count)
      table = FiniteStateTable(counts) { codes[$0] }
    default:
      guard table != nil else {
        throw CodecError("a block uses a table of a block before it, and there is none")
      }
    }
  }
}
