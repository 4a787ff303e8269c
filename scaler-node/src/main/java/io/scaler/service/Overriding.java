package io.scaler.service;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Ruling;
import io.scaler.model.ScalerException;
import io.scaler.model.Window;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Lays down what operators ask for, having checked it, and takes it back. */
public final class Overriding {
  private final Overrides overrides;
  private final Consumer<String> policies;
  private final Function<String, CompletionStage<Optional<FunctionSpec>>> functions;
  private final Consumer<Window> windows;
  private final IntSupplier mostInstances;

  /**
   * @param policies throws {@link ScalerException} INVALID_FIELD for a name that cannot be asked
   *     for
   * @param functions what is known of a function that was asked for before
   * @param windows throws {@link ScalerException} INVALID_FIELD for one whose cron or zone is none
   * @param mostInstances {@code limits.instances-per-function}, as it is now
   */
  public Overriding(
      Overrides overrides,
      Consumer<String> policies,
      Function<String, CompletionStage<Optional<FunctionSpec>>> functions,
      Consumer<Window> windows,
      IntSupplier mostInstances) {
    this.overrides = overrides;
    this.policies = policies;
    this.functions = functions;
    this.windows = windows;
    this.mostInstances = mostInstances;
  }

  /**
   * What was laid down.
   *
   * @param isKnown false for one function that nobody has asked for, and of which nothing is
   *     provisioned
   */
  public record Laid(Ruling ruling, boolean isKnown) {}

  /** What was laid down, the most special first. */
  public CompletionStage<List<Ruling>> all() {
    return overrides.all();
  }

  /**
   * Lays this down, in place of what was laid down for the same functions. The parameters are those
   * of {@link Ruling}.
   *
   * @param function null: as it was when it was asked for before
   * @return what holds now, and whether its function is known; fails with INVALID_FIELD and changes
   *     nothing if the parameters are no ruling
   */
  public CompletionStage<Laid> lay(
      String named,
      String policy,
      int minInstances,
      int maxInstances,
      int provisioned,
      @Nullable FunctionSpec function,
      List<Window> during) {
    during.forEach(windows);
    within("min_instances", minInstances);
    within("provisioned", provisioned);
    during.forEach(window -> within("windows.instances", window.instances()));
    if (!policy.isEmpty()) {
      policies.accept(policy);
    }
    boolean launches = provisioned > 0 || !during.isEmpty();
    if ((function != null && launches) || Ruling.isBeginning(Ruling.functions(named))) {
      return lay(new Ruling(
              named, policy, minInstances, maxInstances, provisioned, function, during))
          .thenApply(ruling -> new Laid(ruling, true));
    }
    return functions
        .apply(named)
        .thenCompose(
            known ->
                lay(new Ruling(
                        named,
                        policy,
                        minInstances,
                        maxInstances,
                        provisioned,
                        launches ? known.orElse(null) : function,
                        during))
                    .thenApply(ruling -> new Laid(ruling, known.isPresent())));
  }

  /** More than a function may have would never be there. */
  private void within(String field, int instances) {
    int most = mostInstances.getAsInt();
    if (instances > most) {
      throw ScalerException.invalid(
          field, "must be at most limits.instances-per-function, " + most + ", is " + instances);
    }
  }

  private CompletionStage<Ruling> lay(Ruling ruling) {
    if (overrides.known().size() >= Overrides.MOST
        && overrides.known().stream()
            .noneMatch(each -> each.functions().equals(ruling.functions()))) {
      return CompletableFuture.failedStage(
          ScalerException.invalid(
              "functions", "must be one of at most " + Overrides.MOST + " overrides"));
    }
    return overrides.put(ruling).thenApply(done -> ruling);
  }

  /**
   * Takes back what was laid down for these functions.
   *
   * @return fails with INVALID_FIELD if nothing was
   */
  public CompletionStage<Void> takeBack(String named) {
    return overrides
        .remove(Ruling.functions(named))
        .thenAccept(
            was -> {
              if (!was) {
                throw ScalerException.invalid(
                    "functions", "must be those of an override, " + named + " has none");
              }
            });
  }
}
