import Columns
import TextFormats

/// The requests that a script kept beside CloudWatch's answers.
///
/// A member that is there has to be what a request has there: left out, the points would be taken for
/// those of another resource, period or statistic.
struct MetricQueries {
  struct Query {
    var namespace: String?
    var name: String?
    var dimensions: [(key: String, value: String)] = []
    var period: Int64?
    var statistic: String?
    var account: String?

    /// Nil where the object names no metric.
    ///
    /// - Parameter metric: an object with `Namespace`, `MetricName` and `Dimensions`, and the `Period` of
    ///   GetMetricStatistics.
    /// - Throws: `Misplaced` for what is none of these.
    init?(_ metric: JSONValue) throws(Misplaced) {
      guard let name = try text(metric, "MetricName") else { return nil }
      self.name = name
      namespace = try text(metric, "Namespace")
      for (position, dimension) in try list(metric, "Dimensions").enumerated() {
        guard let key = dimension["Name"]?.string, let value = dimension["Value"]?.string else {
          throw Misplaced(
            dimension, place: "Dimensions[\(position)]", expected: "a 'Name' with its 'Value'")
        }
        dimensions.append((key, value))
      }
      period = try seconds(metric)
    }
  }

  private var queries: [String: Query] = [:]
  /// Ids of requests that name no metric: expressions.
  private var expressions: Set<String> = []

  /// - Throws: `Misplaced` for what are no requests, and for two of one id.
  init(_ json: JSONValue?) throws(Misplaced) {
    guard let json, !json.isNull else { return }
    guard let items = json.array else {
      throw Misplaced(json, place: "MetricDataQueries", expected: "a list")
    }
    for (position, item) in items.enumerated() {
      do {
        try add(item)
      } catch {
        throw error.below("MetricDataQueries[\(position)]")
      }
    }
  }

  private mutating func add(_ item: JSONValue) throws(Misplaced) {
    guard item.object != nil, let id = try text(item, "Id") else {
      throw Misplaced(item, expected: "a request with its 'Id'")
    }
    guard let stat = item["MetricStat"], !stat.isNull else {
      // An expression; its label tells what it is.
      if try text(item, "Expression") != nil {
        guard queries[id] == nil, expressions.insert(id).inserted else { throw repeated(id) }
        return
      }
      throw Misplaced(item, place: "MetricStat", expected: "an object")
    }
    let metric = stat["Metric"] ?? .null
    guard var query = try Query(metric) else {
      throw Misplaced(metric, place: "MetricStat.Metric", expected: "a metric with its name")
    }
    query.period = try seconds(stat)
    query.statistic = try text(stat, "Stat")
    query.account = try text(item, "AccountId")
    guard !expressions.contains(id), queries.updateValue(query, forKey: id) == nil else {
      throw repeated(id)
    }
  }

  private func repeated(_ id: String) -> Misplaced {
    Misplaced(place: "Id", expected: "each id once", found: "'\(id.prefix(40))' twice")
  }

  var isEmpty: Bool { queries.isEmpty && expressions.isEmpty }

  func contains(_ id: String) -> Bool { queries[id] != nil || expressions.contains(id) }

  subscript(id: String) -> Query? { queries[id] }
}

private func text(_ json: JSONValue, _ name: String) throws(Misplaced) -> String? {
  guard let value = json[name], !value.isNull else { return nil }
  guard let text = value.string else { throw Misplaced(value, place: name, expected: "text") }
  return text
}

private func list(_ json: JSONValue, _ name: String) throws(Misplaced) -> [JSONValue] {
  guard let value = json[name], !value.isNull else { return [] }
  guard let list = value.array else { throw Misplaced(value, place: name, expected: "a list") }
  return list
}

/// The length of a period, a whole number of seconds.
private func seconds(_ json: JSONValue) throws(Misplaced) -> Int64? {
  guard let value = json["Period"], !value.isNull else { return nil }
  let number = value.int64 ?? value.string.flatMap { NumberText.int64(Array($0.utf8)) }
  guard let number, number > 0 else {
    throw Misplaced(value, place: "Period", expected: "a whole number of seconds")
  }
  return number
}
