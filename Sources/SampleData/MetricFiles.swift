import Glibc

/// A CloudWatch metric stream's JSON lines: the last three weeks, one point per server, metric and hour.
enum MetricFiles {
  static let days = 21

  /// The lines of one account.
  static func lines(of account: Account) -> String {
    var text = ""
    var random = SplitMix64(seed: 4_711)
    let first = SampleCalendar.endHour - days * 24
    for server in Organisation.servers where server.account == account {
      for hour in first..<SampleCalendar.endHour where server.runs(at: hour) {
        let day = dayShape(hour)
        add(
          &text, server, hour, "AWS/EC2", "CPUUtilization", "Percent",
          mean: server.cpu * day, spread: 0.25, ceiling: 100, &random)
        add(
          &text, server, hour, "AWS/EC2", "NetworkOut", "Bytes",
          mean: server.cpu < 1 ? 900 : server.cpu * 400_000 * day, spread: 0.4, ceiling: .infinity,
          &random)
        if let memory = server.memory {
          add(
            &text, server, hour, "CWAgent", "mem_used_percent", "Percent",
            mean: memory, spread: 0.06, ceiling: 100, &random)
        }
      }
    }
    return text
  }

  /// Load relative to the mean: highest in the afternoon.
  private static func dayShape(_ hour: Int) -> Double {
    1 + 0.2 * sin(2 * .pi * (Double(hour % 24) - 9) / 24)
  }

  /// One hour of twelve five-minute samples, as the stream sums them up.
  private static func add(
    _ text: inout String, _ server: Server, _ hour: Int, _ namespace: String, _ metric: String,
    _ unit: String, mean: Double, spread: Double, ceiling: Double, _ random: inout SplitMix64
  ) {
    let level = mean * max(0.2, 1 + spread / 3 * random.noise())
    let average = min(level, ceiling)
    let highest = min(level * (1 + spread * random.fraction()), ceiling)
    let lowest = level * (1 - spread * random.fraction())
    text += "{\"metric_stream_name\":\"kogarashi\",\"account_id\":\"\(server.account.id)\""
    text += ",\"region\":\"\(server.region.rawValue)\",\"namespace\":\"\(namespace)\""
    text += ",\"metric_name\":\"\(metric)\",\"dimensions\":{\"InstanceId\":\"\(server.id)\"}"
    text += ",\"timestamp\":\(SampleCalendar.epochSeconds(hour) * 1000)"
    text += ",\"value\":{\"max\":\(rounded(highest)),\"min\":\(rounded(min(lowest, average)))"
    text += ",\"sum\":\(rounded(average * 12)),\"count\":12.0},\"unit\":\"\(unit)\"}\n"
  }

  private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
