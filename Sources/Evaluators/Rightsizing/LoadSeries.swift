import Columns
import Warehouse

/// What was measured of one server: loads in percent, point by point, with the day of each.
struct LoadSeries {
  var days: [Int] = []
  /// As many as days; not a number where a point has none.
  var cpu: [Double] = []
  var memory: [Double] = []

  var cpuProfile: DemandProfile? { DemandProfile(percents: cpu, dayNumbers: days) }
  var memoryProfile: DemandProfile? { DemandProfile(percents: memory, dayNumbers: days) }
}

extension LoadSeries {
  /// Sorts the rows of a result by server.
  ///
  /// - Parameter result: columns server (text), day (whole number), CPU and memory (double); rows without a
  ///   server or day are left out.
  /// - Complexity: O(rows).
  static func byServer(_ result: QueryResult) -> [String: LoadSeries] {
    var positions: [String: Int] = [:]
    var series: [LoadSeries] = []
    for batch in result.batches where batch.count > 0 {
      let servers = ServerColumn(batch.columns[0])
      let days = whole(batch.columns[1])
      let cpu = numbers(batch.columns[2])
      let memory = numbers(batch.columns[3])
      var last = -1
      var position = 0
      for row in 0..<batch.count {
        let code = servers.codes[row]
        if code != last {
          guard let name = servers.names[code] else { continue }
          last = code
          position = positions[name] ?? series.count
          if position == series.count {
            positions[name] = position
            series.append(LoadSeries())
          }
        }
        guard let day = days[row] else { continue }
        series[position].days.append(day)
        series[position].cpu.append(cpu[row])
        series[position].memory.append(memory[row])
      }
    }
    return positions.mapValues { series[$0] }
  }

  /// The servers of a batch as small numbers, so that a text is looked at once for a run of rows.
  private struct ServerColumn {
    var codes: [Int] = []
    var names: [String?] = []

    init(_ column: Column) {
      switch column.form {
      case .dictionary(let codes, let dictionary):
        self.codes = codes.map(Int.init)
        names = dictionary.values.allValues().map(\.string)
      case .constant(let value):
        codes = Array(repeating: 0, count: column.count)
        names = [value.string]
      case .flat(let values, let validity):
        guard case .text(let text) = values else {
          codes = Array(repeating: 0, count: column.count)
          names = [nil]
          return
        }
        codes.reserveCapacity(column.count)
        for row in 0..<column.count {
          let isPresent = validity.isPresent(row)
          let isSame =
            row > 0 && isPresent == validity.isPresent(row - 1)
            && text.compare(row, with: text, row - 1) == 0
          if !isSame { names.append(isPresent ? text.string(row) : nil) }
          codes.append(names.count - 1)
        }
      }
    }
  }

  private static func whole(_ column: Column) -> [Int?] {
    let flat = column.flattened()
    guard case .flat(.int64(let values), let validity) = flat.form else {
      return Array(repeating: nil, count: column.count)
    }
    return values.indices.map { validity.isPresent($0) ? Int(values[$0]) : nil }
  }

  private static func numbers(_ column: Column) -> [Double] {
    let flat = column.flattened()
    guard case .flat(.double(let values), let validity) = flat.form else {
      return Array(repeating: .nan, count: column.count)
    }
    return values.indices.map { validity.isPresent($0) ? values[$0] : .nan }
  }
}
