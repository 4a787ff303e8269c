package io.scaler.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The rules that span several keys. */
final class CrossChecks {
  private final Settings settings;
  private final List<String> problems;

  private CrossChecks(Settings settings, List<String> problems) {
    this.settings = settings;
    this.problems = problems;
  }

  /**
   * @param problems what is wrong is added to
   */
  static void check(Settings settings, List<String> problems) {
    CrossChecks checks = new CrossChecks(settings, problems);
    checks.platformIsShared();
    checks.membersAreFoundOneWay();
    checks.cutIsNoticedBeforeRemoval();
    checks.portsDiffer();
    checks.keyGoesWithCertificate();
    checks.tokenIsNotShownToOthers();
    checks.webTokensAreChecked();
    checks.doorsAreLocked();
    checks.waitsAreOrdered();
    checks.breakerCanOpen();
    checks.headIsBeforeTail();
    checks.provisionedFits();
    checks.functionsMayHaveWhatTheyAreToKeep();
    checks.memoryIsLimitedForGreedyDual();
  }

  private void platformIsShared() {
    if (settings.platform().kind() == Settings.Platform.Kind.SIMULATED
        && settings.cluster().expectedSize() > 1) {
      problems.add(
          "platform.kind: must not be simulated where cluster.expected-size is above 1, is %d: each node would have a platform of its own; start one with the platform command, and set platform.kind=grpc and platform.address on every node"
              .formatted(settings.cluster().expectedSize()));
    }
  }

  private void membersAreFoundOneWay() {
    Settings.Cluster cluster = settings.cluster();
    if (!cluster.members().isEmpty() && !cluster.kubernetesDns().isEmpty()) {
      problems.add(
          "cluster.kubernetes-dns: must be empty where cluster.members is not, is %s beside %s"
              .formatted(cluster.kubernetesDns(), cluster.members()));
    }
  }

  private void cutIsNoticedBeforeRemoval() {
    Settings.Cluster cluster = settings.cluster();
    Duration noticed = cluster.tolerance().plus(cluster.heartbeat()).plus(cluster.backupTimeout());
    if (noticed.compareTo(cluster.removal()) >= 0) {
      problems.add(
          "cluster.removal: must be more than cluster.tolerance, cluster.heartbeat and cluster.backup-timeout together, %s, is %s"
              .formatted(DurationText.format(noticed), DurationText.format(cluster.removal())));
    }
  }

  private void portsDiffer() {
    differ("http.port", settings.http().port(), "grpc.port", settings.grpc().port());
    differ("cluster.port", settings.cluster().port(), "grpc.port", settings.grpc().port());
    differ("cluster.port", settings.cluster().port(), "http.port", settings.http().port());
  }

  private void differ(String key, int port, String otherKey, int otherPort) {
    if (port == otherPort && port != 0) {
      problems.add("%s: must differ from %s, is %d as well".formatted(key, otherKey, port));
    }
  }

  private void keyGoesWithCertificate() {
    Settings.Tls tls = settings.tls();
    if (tls.isOn() == tls.key().isEmpty()) {
      problems.add("tls.key: must be set where tls.certificate is, and nowhere else");
    }
    if (!tls.isOn() && !tls.clientAuthorities().isEmpty()) {
      problems.add("tls.client-authorities: must be empty where tls.certificate is");
    }
    Settings.Platform.Security outward = settings.platform().security();
    if (outward.certificate().isEmpty() != outward.key().isEmpty()) {
      problems.add(
          "platform.security.key: must be set where platform.security.certificate is, and nowhere"
              + " else");
    }
    if (!outward.tls() && !(outward.authorities() + outward.certificate()).isEmpty()) {
      problems.add(
          "platform.security.tls: must be true where platform.security.authorities or"
              + " platform.security.certificate is set");
    }
    if (tls.clientAuthorities().isEmpty() && !settings.access().certificates().isEmpty()) {
      problems.add("access.certificates: must be empty where tls.client-authorities is");
    }
  }

  private void tokenIsNotShownToOthers() {
    String address = settings.platform().address();
    Settings.Platform.Security outward = settings.platform().security();
    if (settings.platform().kind() == Settings.Platform.Kind.GRPC
        && !outward.token().isEmpty()
        && !outward.tls()
        && !settings.access().insecure()
        && !Loopback.is(address.substring(0, address.lastIndexOf(':')))) {
      problems.add(
          "platform.security.tls: must be true where platform.security.token is set and platform.address is no address of this machine, is %s: the token would go there for everybody to read; or say access.insecure=true where only those that are trusted can"
              .formatted(address));
    }
  }

  private void webTokensAreChecked() {
    Settings.Access.Jwt jwt = settings.access().jwt();
    if (jwt.keys().isEmpty()) {
      isEmpty("access.jwt.issuer", jwt.issuer());
      isEmpty("access.jwt.audience", jwt.audience());
    }
  }

  private void isEmpty(String key, String text) {
    if (!text.isEmpty()) {
      problems.add("%s: must be empty where access.jwt.keys is, is %s".formatted(key, text));
    }
  }

  private void doorsAreLocked() {
    if (settings.access().insecure()) {
      return;
    }
    List<String> lacks = new ArrayList<>();
    List<String> ways = new ArrayList<>();
    if (!settings.tls().isOn()) {
      lacks.add("connections are not encrypted");
      ways.add("tls.certificate and tls.key");
    }
    if (!settings.asksWhoCalls()) {
      lacks.add("callers need not show who they are");
      ways.add("one of access.tokens, access.jwt.keys and tls.client-authorities");
    }
    if (!lacks.isEmpty()) {
      String lack = String.join(" and ", lacks);
      String way = String.join(", and ", ways);
      isLocal("grpc.host", settings.grpc().host(), lack, way);
      isLocal("http.host", settings.http().host(), lack, way);
    }
  }

  private void isLocal(String key, String host, String lack, String way) {
    if (!Loopback.is(host)) {
      problems.add(
          "%s: must be an address of this machine alone, such as 127.0.0.1, where %s, is %s: either set %s, or say access.insecure=true where only those that are trusted reach the port"
              .formatted(key, lack, host, way));
    }
  }

  private void waitsAreOrdered() {
    Settings.Requests requests = settings.requests();
    if (requests.defaultWait().compareTo(requests.maxWait()) > 0) {
      problems.add(
          "requests.default-wait: must be at most requests.max-wait, %s, is %s"
              .formatted(
                  DurationText.format(requests.maxWait()),
                  DurationText.format(requests.defaultWait())));
    }
  }

  private void breakerCanOpen() {
    Settings.Platform.Breaker breaker = settings.platform().calls().breaker();
    if (breaker.minimumCalls() > breaker.window()) {
      problems.add(
          "platform.calls.breaker.minimum-calls: must be at most platform.calls.breaker.window, %d, is %d"
              .formatted(breaker.window(), breaker.minimumCalls()));
    }
  }

  private void memoryIsLimitedForGreedyDual() {
    boolean isAnywhere =
        settings.policy().choice() == Settings.Policy.Choice.GREEDY_DUAL
            || settings.policy().overrides().stream()
                .anyMatch(each -> each.policy() == Settings.Policy.Choice.GREEDY_DUAL);
    if (isAnywhere && settings.limits().memory().megabytes() == 0) {
      problems.add(
          "limits.memory: must not be 0 where policy.default is greedy-dual, or the policy of an"
              + " override, which keeps every instance until memory is short");
    }
  }

  private void headIsBeforeTail() {
    Settings.Policy.Hybrid hybrid = settings.policy().hybrid();
    if (hybrid.headPercentile() > hybrid.tailPercentile()) {
      problems.add(
          "policy.hybrid.head-percentile: must be at most policy.hybrid.tail-percentile, %s, is %s"
              .formatted(hybrid.tailPercentile(), hybrid.headPercentile()));
    }
  }

  private static int most(Settings.Provisioned function) {
    return function.windows().stream()
        .map(Settings.Provisioned.Window::instances)
        .reduce(function.instances(), Math::max);
  }

  private void functionsMayHaveWhatTheyAreToKeep() {
    settings.provisioned().forEach(each -> mayHave("provisioned", each.key(), most(each)));
    settings
        .policy()
        .overrides()
        .forEach(each -> mayHave("policy.overrides", each.functions(), each.minInstances()));
  }

  private void mayHave(String key, String functions, int instances) {
    int limit = settings.limits().instancesPerFunction();
    if (instances > limit) {
      problems.add(
          "%s: must keep at most limits.instances-per-function, %d, of a function, is %d for %s"
              .formatted(key, limit, instances, functions));
    }
  }

  private void provisionedFits() {
    long limit = settings.limits().memory().megabytes();
    long wanted =
        settings.provisioned().stream()
            .mapToLong(function -> function.memory().megabytes() * most(function))
            .sum();
    if (limit != 0 && wanted > limit) {
      problems.add(
          "provisioned: must fit in limits.memory, %s, needs %dMB"
              .formatted(settings.limits().memory(), wanted));
    }
  }
}
