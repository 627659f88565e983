package import Columns

/// A column wanted from a delimited file: where it is and what becomes of its text.
package struct CSVColumn: Sendable {
  /// The field's position in each record.
  package let position: Int
  /// What messages call it.
  package let name: String
  /// BOOLEAN, INTEGER, BIGINT, DOUBLE, DECIMAL, DATE, TIMESTAMP, VARCHAR, JSON, or an ARRAY, MAP or ROW
  /// whose text is JSON.
  package let type: DataType
  package var options: Options

  package init(_ position: Int, _ name: String, _ type: DataType, _ options: Options = Options()) {
    self.position = position
    self.name = name
    self.type = type
    self.options = options
  }

  /// How the text of a column is understood.
  package struct Options: Sendable {
    /// Nothing between two delimiters is NULL; otherwise, in text columns, the empty string.
    package var emptyIsNull = true
    /// `""` is NULL as well; columns that are not text always read it as NULL.
    package var quotedEmptyIsNull = false
    /// Unquoted texts that stand for NULL, such as `NULL`.
    package var nullTokens: [String] = []
    /// Blanks at both ends are dropped.
    package var trims = false
    /// NaN and the infinities are values of a DOUBLE column; else they are rejected.
    package var allowsNonFinite = false
    /// Called once per distinct text of a text column to change it (never for NULL); must return UTF-8.
    package var normalise: (@Sendable ([UInt8]) -> [UInt8])?
    /// What every row must have in the column; rows that do not are rejected.
    package var requirement: CSVRequirement?
    /// For values that are not written as usual; takes the place of the type's own reading.
    package var reading: Reading?

    /// How the text of a field becomes a value of the column's type, nil where it is none.
    package struct Reading: Sendable {
      package let value: @Sendable ([UInt8]) -> Value?
      /// What messages say was expected: `a date written 'dd/MM/yyyy'`.
      package let expectation: String

      package init(expectation: String, value: @escaping @Sendable ([UInt8]) -> Value?) {
        self.value = value
        self.expectation = expectation
      }
    }

    package init(
      emptyIsNull: Bool = true, quotedEmptyIsNull: Bool = false, nullTokens: [String] = [],
      trims: Bool = false, allowsNonFinite: Bool = false,
      normalise: (@Sendable ([UInt8]) -> [UInt8])? = nil, reading: Reading? = nil
    ) {
      self.emptyIsNull = emptyIsNull
      self.quotedEmptyIsNull = quotedEmptyIsNull
      self.nullTokens = nullTokens
      self.trims = trims
      self.allowsNonFinite = allowsNonFinite
      self.normalise = normalise
      self.reading = reading
    }
  }
}

/// A record that could not be read.
package struct RejectedRow: Sendable, Equatable {
  /// The line on which the record begins, from 1, as an editor shows it.
  package let line: Int
  /// The column at fault, nil when it is the record as a whole.
  package let column: String?
  /// What was expected and what was found.
  package let reason: String
  /// The record as it stands in the file, without its line end; cut to ``textLimit``.
  package let text: [UInt8]
  /// Bytes of a record that are kept.
  package static let textLimit = 1 << 16

  package init(line: Int, column: String?, reason: String, text: [UInt8]) {
    self.line = line
    self.column = column
    self.reason = reason
    self.text = text
  }

  /// `row 17, column 'cost': expected a number, found '1,20'`.
  package var description: String {
    "row \(line)" + (column.map { ", column '\($0)'" } ?? "") + ": \(reason)"
  }
}

/// What became of a block: its good rows in order, and the others.
package struct CSVPart: Sendable {
  package let batch: Batch
  package let rejects: [RejectedRow]
  /// Bytes of text that the part was parsed from.
  package let byteCount: Int
}
