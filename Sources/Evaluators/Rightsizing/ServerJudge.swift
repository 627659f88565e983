import Glibc

/// Judges one server after the other by its metrics and its bill.
struct ServerJudge {
  let catalog: InstanceCatalog
  let options: Rightsizing.Options
  let metrics: ServerMetrics
  let bill: ComputeBill?
  let knownWorkloads: Set<String>

  func judge(_ server: Server) -> Judgement {
    let load = metrics.load(of: server.id)
    guard let load, let cpu = load.cpu, load.hours >= options.leastHours else {
      let hours = load?.hours ?? 0
      return Judgement(
        server, .insufficientData, hours: hours,
        "\(hours) hours of CPU metrics in \(options.days) days; \(options.leastHours) are needed")
    }
    guard let current = server.size ?? catalog.types[server.type] else {
      return Judgement(
        server, .insufficientData, hours: load.hours,
        "the size of \(server.type) is not in the instance catalog")
    }
    let traffic = metrics.traffic(of: server.id)
    let sizes = catalog.types.values.filter { holds($0, traffic, instead: current) }
    func advise(among sizes: [InstanceCatalog.InstanceType]) -> SizeAdvice {
      SizeAdvice(
        current, among: sizes.filter { current.canBecome($0) }, cpu: cpu, memory: load.memory,
        traffic: traffic, chooser: SizeChooser(options.sizes))
    }
    let anywhere = advise(among: sizes)
    let staying = better(than: anywhere, for: server) {
      advise(among: sizes.filter { $0.family == current.family })
    }
    let advice = staying ?? anywhere
    var judgement = Judgement(server, advice, hours: load.hours, bill)
    if staying != nil { judgement.stays(in: current.family) }
    if isIdle(cpu, traffic) {
      judgement.makeIdle(cpu)
      return judgement
    }
    if advice.finding != .underProvisioned {
      addSchedule(to: &judgement, load, cpu)
      addGraviton(to: &judgement, of: server, sizes, cpu, load.memory)
    }
    return judgement
  }

  /// What is advised inside a server's family, where a commitment to that family covers the server and a move
  /// out of it would save less, the commitment left behind.
  private func better(
    than advice: SizeAdvice, for server: Server, inside family: () -> SizeAdvice
  ) -> SizeAdvice? {
    guard advice.chosen.type.family != advice.current.family,
      let leaving = savedAlone(advice.chosen.type, advice.current, server)
    else { return nil }
    let staying = family()
    let endsShortage =
      staying.chosen.type.name != staying.current.name
      && (staying.chosen.isFit || !advice.chosen.isFit)
    guard advice.finding != .underProvisioned || endsShortage,
      let saved = savedAlone(staying.chosen.type, staying.current, server), saved >= leaving
    else { return nil }
    return staying
  }

  /// What a move saves if nobody takes up the commitment that it frees; nil where none to its family covers the
  /// server.
  private func savedAlone(
    _ type: InstanceCatalog.InstanceType, _ current: InstanceCatalog.InstanceType, _ server: Server
  ) -> Double? {
    bill.flatMap {
      CommitmentSavings.alone(
        .init(
          share: 1 - type.price / current.price, family: type.family, price: current.price),
        of: server.id, on: $0)
    }
  }

  private func isIdle(_ cpu: DemandProfile, _ traffic: ServerMetrics.Traffic) -> Bool {
    cpu.usage(0.995) < options.idleCPUPercent
      && (traffic.networkBytesPerDay ?? .infinity) < options.idleNetworkBytesPerDay
  }

  /// Whether a type's ways to the network and to EBS hold the server's traffic, as far as both are known; no
  /// worse than today's is always enough, unless today's is not.
  private func holds(
    _ type: InstanceCatalog.InstanceType, _ traffic: ServerMetrics.Traffic,
    instead current: InstanceCatalog.InstanceType
  ) -> Bool {
    func isEnough(_ rates: ServerMetrics.Rates?, _ offered: Double?, _ today: Double?) -> Bool {
      guard let rates else { return true }
      let isShort = rates.exceeds(today)
      guard let offered else { return !isShort }
      if isShort { return !rates.exceeds(offered) }
      return rates.highest <= offered * (1 - options.trafficHeadroom)
        || offered >= today ?? .infinity
    }
    return type.name == current.name
      || isEnough(traffic.network, type.networkGbps, current.networkGbps)
        && isEnough(traffic.ebs, type.ebsMbps, current.ebsMbps)
  }

  /// A server that has nothing to do through much of the week could be off then.
  private func addSchedule(
    to judgement: inout Judgement, _ load: MeasuredLoad, _ cpu: DemandProfile
  ) {
    let window = options.days * 24
    // A peak not far above idle tells nothing about when the server is needed.
    guard load.hours * 10 >= window * 9, cpu.usage(0.995) >= 4 * options.idleCPUPercent,
      let schedule = PowerSchedule(
        hourly: metrics.hourlyCPU(of: judgement.server), busy: options.idleCPUPercent)
    else { return }
    judgement.add(
      .schedule, .unusedHours, share: schedule.freeShare, type: nil, effort: .low,
      "nothing to do outside \(schedule.text) in any week of the window")
  }

  /// The best size of the other architecture, where the system can move.
  private func addGraviton(
    to judgement: inout Judgement, of server: Server, _ sizes: [InstanceCatalog.InstanceType],
    _ cpu: DemandProfile, _ memory: DemandProfile?
  ) {
    guard let current = judgement.current, current.architecture == "x86_64",
      !(judgement.platform ?? "Linux").lowercased().contains("windows")
    else { return }
    let chooser = SizeChooser(options.sizes)
    let candidates = sizes.filter {
      $0.architecture == "arm64" && (current.isBurstable || !$0.isBurstable)
    }
    let ranked = chooser.options(from: current, among: candidates, cpu: cpu, memory: memory)
    guard let best = ranked.first(where: { $0.type.architecture == "arm64" && $0.isFit }),
      best.type.price < current.price, savedAlone(best.type, current, server) ?? 0 >= 0
    else { return }
    judgement.add(
      .migrateToGraviton, .notOptimized, share: 1 - best.type.price / current.price, type: best,
      effort: knownWorkloads.contains(judgement.server) ? .low : .medium,
      "\(best.type.name) has Graviton processors, for programs built for arm64")
  }
}
