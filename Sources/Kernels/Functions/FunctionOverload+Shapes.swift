import Columns

/// Overloads from plain Swift functions over single values; NULL in gives NULL out.
extension FunctionOverload {
  static func map<A: CallElement, Result: CallResult>(
    _ parameters: [ParameterType], to type: DataType,
    _ body: @escaping @Sendable (A) throws -> Result?
  ) -> FunctionOverload {
    FunctionOverload(parameters, result: { _ in type }) { arguments, context in
      let a = CallReader<A>(arguments[0])
      return try CallRows([a.presence], context).map(type) { try body(a[$0]) }
    }
  }

  static func map<A: CallElement, B: CallElement, Result: CallResult>(
    _ parameters: [ParameterType], to type: DataType,
    _ body: @escaping @Sendable (A, B) throws -> Result?
  ) -> FunctionOverload {
    FunctionOverload(parameters, result: { _ in type }) { arguments, context in
      let a = CallReader<A>(arguments[0])
      let b = CallReader<B>(arguments[1])
      return try CallRows([a.presence, b.presence], context).map(type) { try body(a[$0], b[$0]) }
    }
  }

  static func map<A: CallElement, B: CallElement, C: CallElement, Result: CallResult>(
    _ parameters: [ParameterType], to type: DataType,
    _ body: @escaping @Sendable (A, B, C) throws -> Result?
  ) -> FunctionOverload {
    FunctionOverload(parameters, result: { _ in type }) { arguments, context in
      let a = CallReader<A>(arguments[0])
      let b = CallReader<B>(arguments[1])
      let c = CallReader<C>(arguments[2])
      return try CallRows([a.presence, b.presence, c.presence], context).map(type) {
        try body(a[$0], b[$0], c[$0])
      }
    }
  }

  static func text<A: CallElement>(
    _ parameters: [ParameterType], to type: DataType = .varchar,
    _ body: @escaping @Sendable (A, inout [UInt8]) throws -> Void
  ) -> FunctionOverload {
    optionalText(parameters, to: type) { (a: A, out: inout [UInt8]) in
      try body(a, &out)
      return true
    }
  }

  static func text<A: CallElement, B: CallElement>(
    _ parameters: [ParameterType], to type: DataType = .varchar,
    _ body: @escaping @Sendable (A, B, inout [UInt8]) throws -> Void
  ) -> FunctionOverload {
    optionalText(parameters, to: type) { (a: A, b: B, out: inout [UInt8]) in
      try body(a, b, &out)
      return true
    }
  }

  static func text<A: CallElement, B: CallElement, C: CallElement>(
    _ parameters: [ParameterType], to type: DataType = .varchar,
    _ body: @escaping @Sendable (A, B, C, inout [UInt8]) throws -> Void
  ) -> FunctionOverload {
    optionalText(parameters, to: type) { (a: A, b: B, c: C, out: inout [UInt8]) in
      try body(a, b, c, &out)
      return true
    }
  }

  /// The body tells by `false` that the result is NULL.
  static func optionalText<A: CallElement>(
    _ parameters: [ParameterType], to type: DataType = .varchar,
    _ body: @escaping @Sendable (A, inout [UInt8]) throws -> Bool
  ) -> FunctionOverload {
    FunctionOverload(parameters, result: { _ in type }) { arguments, context in
      let a = CallReader<A>(arguments[0])
      return try CallRows([a.presence], context).text(type) { try body(a[$0], &$1) }
    }
  }

  static func optionalText<A: CallElement, B: CallElement>(
    _ parameters: [ParameterType], to type: DataType = .varchar,
    _ body: @escaping @Sendable (A, B, inout [UInt8]) throws -> Bool
  ) -> FunctionOverload {
    FunctionOverload(parameters, result: { _ in type }) { arguments, context in
      let a = CallReader<A>(arguments[0])
      let b = CallReader<B>(arguments[1])
      return try CallRows([a.presence, b.presence], context).text(type) {
        try body(a[$0], b[$0], &$1)
      }
    }
  }

  static func optionalText<A: CallElement, B: CallElement, C: CallElement>(
    _ parameters: [ParameterType], to type: DataType = .varchar,
    _ body: @escaping @Sendable (A, B, C, inout [UInt8]) throws -> Bool
  ) -> FunctionOverload {
    FunctionOverload(parameters, result: { _ in type }) { arguments, context in
      let a = CallReader<A>(arguments[0])
      let b = CallReader<B>(arguments[1])
      let c = CallReader<C>(arguments[2])
      return try CallRows([a.presence, b.presence, c.presence], context).text(type) {
        try body(a[$0], b[$0], c[$0], &$1)
      }
    }
  }

  /// Any types: argument values in, one value out, none of them NULL.
  static func values(
    _ parameters: [ParameterType], isVariadic: Bool = false,
    result: @escaping @Sendable ([DataType]) -> DataType,
    _ body: @escaping @Sendable ([Value], [DataType]) throws -> Value
  ) -> FunctionOverload {
    FunctionOverload(parameters, isVariadic: isVariadic, result: result) { arguments, context in
      let types = arguments.map(\.columnOrEmpty.type)
      let readers = arguments.map { CallReader<Value>($0) }
      return try CallRows(readers.map(\.presence), context).values(result(types)) { row in
        try body(readers.map { $0[row] }, types)
      }
    }
  }
}

/// What was made of an argument last time: patterns are mostly the same in every row.
struct Remembered<Made> {
  private var key: ArraySlice<UInt8>?
  private var made: Made?

  mutating func make(_ key: ArraySlice<UInt8>, _ body: (ArraySlice<UInt8>) throws -> Made) rethrows
    -> Made
  {
    if let made, key == self.key { return made }
    let new = try body(key)
    self.key = key
    made = new
    return new
  }
}
