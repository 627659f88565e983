/// One column of a batch: `count` values of a single type, some of them possibly NULL.
///
/// What a file has encoded stays encoded as long as it helps, so a column has one of three forms:
///
///     flat        one value a row, and which rows are present
///     constant    the same value in every row: literals, partition values, columns a file lacks
///     dictionary  one code a row into a dictionary of values; NULL is an entry of the dictionary
///
/// A kernel handles the forms it can profit from and calls ``flattened()`` for the rest.
package struct Column: Sendable {
  package let type: DataType
  package let count: Int
  package let form: Form

  package enum Form: Sendable {
    case flat(Values, Validity)
    case constant(Value)
    case dictionary(codes: [UInt32], ColumnDictionary)
  }

  /// - Precondition: `values` has the layout of `type`; a validity mask has one entry a value.
  package init(_ type: DataType, _ values: Values, _ validity: Validity = .allPresent) {
    self.type = type
    count = values.count
    form = .flat(values, validity)
  }

  package init(_ type: DataType, constant: Value, count: Int) {
    self.type = type
    self.count = count
    form = .constant(constant)
  }

  /// - Precondition: every code is a position in the dictionary.
  package init(codes: [UInt32], _ dictionary: ColumnDictionary) {
    type = dictionary.values.type
    count = codes.count
    form = .dictionary(codes: codes, dictionary)
  }

  /// The same values under another type of the same physical layout.
  package func relabelled(_ type: DataType) -> Column {
    switch form {
    case .flat(let values, let validity): Column(type, values, validity)
    case .constant(let value): Column(type, constant: value, count: count)
    case .dictionary(let codes, let dictionary):
      Column(codes: codes, ColumnDictionary(dictionary.values.relabelled(type)))
    }
  }
}

/// The values that the codes of one or more columns stand for.
///
/// A reference, so that two batches of one row group are known to share their dictionary and what was
/// computed for its values is computed once.
package final class ColumnDictionary: Sendable {
  /// Flat; NULL may be one of the entries. Entries are usually distinct but need not be.
  package let values: Column
  /// What it has in common with dictionaries that were there before it or come after it.
  package let family: DictionaryFamily

  /// - Precondition: `values` is flat; where another dictionary of the family has an entry at the same
  ///   position, it is the same value.
  package init(_ values: Column, of family: DictionaryFamily = DictionaryFamily()) {
    self.values = values.flattened()
    self.family = family
  }

  package var count: Int { values.count }
}

/// Dictionaries that grow out of each other, known by identity: a code that two of them have stands for
/// the same value in both, so that what was found out about it need not be found out again.
package final class DictionaryFamily: Sendable {
  package init() {}
}

/// The values of a flat column, one case per memory layout. Rows that are NULL hold any value.
package enum Values: Sendable {
  case boolean([Bool])
  case int64([Int64])
  case double([Double])
  case decimal([Int128])
  case text(TextVector)
  indirect case array(ListVector)
  indirect case map(MapVector)
  /// One column per field; all have the row count.
  case row([Column], count: Int)

  package var count: Int {
    switch self {
    case .boolean(let values): values.count
    case .int64(let values): values.count
    case .double(let values): values.count
    case .decimal(let values): values.count
    case .text(let values): values.count
    case .array(let values): values.count
    case .map(let values): values.count
    case .row(_, let count): count
    }
  }
}

/// Arrays: row `i` is `elements[offsets[i]..<offsets[i + 1]]`.
package struct ListVector: Sendable {
  package var offsets: [Int32]
  package var elements: Column

  package init(offsets: [Int32], elements: Column) {
    self.offsets = offsets
    self.elements = elements
  }

  package var count: Int { offsets.count - 1 }
  package func range(_ row: Int) -> Range<Int> { Int(offsets[row])..<Int(offsets[row + 1]) }
}

/// Maps: the entries of row `i` are `offsets[i]..<offsets[i + 1]` of `keys` and `values`.
package struct MapVector: Sendable {
  package var offsets: [Int32]
  package var keys: Column
  package var values: Column

  package init(offsets: [Int32], keys: Column, values: Column) {
    self.offsets = offsets
    self.keys = keys
    self.values = values
  }

  package var count: Int { offsets.count - 1 }
  package func range(_ row: Int) -> Range<Int> { Int(offsets[row])..<Int(offsets[row + 1]) }
}
