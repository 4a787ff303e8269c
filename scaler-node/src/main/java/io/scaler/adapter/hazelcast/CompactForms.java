package io.scaler.adapter.hazelcast;

import com.hazelcast.config.CompactSerializationConfig;
import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.scaler.demand.Demand;
import io.scaler.demand.DemandBatch;
import io.scaler.demand.IdleTimes;
import io.scaler.demand.LevelDemand;
import io.scaler.demand.LogLinearHistogram;
import io.scaler.demand.RecentArrivals;
import io.scaler.demand.RecentGaps;
import io.scaler.model.Foresight;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.model.Ruling;
import io.scaler.model.Usage;
import io.scaler.model.Window;
import io.scaler.permit.Claim;
import io.scaler.permit.PermitCommand;
import io.scaler.permit.PermitEvent;
import io.scaler.permit.Permits;
import io.scaler.pool.Caller;
import io.scaler.pool.ColdStart;
import io.scaler.pool.Finished;
import io.scaler.pool.Hold;
import io.scaler.pool.Instance;
import io.scaler.pool.Pool;
import io.scaler.pool.PoolState;
import io.scaler.pool.Retirement;
import io.scaler.pool.Shortage;
import io.scaler.pool.Waiter;
import io.scaler.service.Inspection;
import io.scaler.service.Mailbox;
import io.scaler.service.NodeReport;
import io.scaler.service.PoolCounts;
import io.scaler.service.RoomOffer;
import io.scaler.service.Vitals;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The compact forms of what nodes store, and of what they send less often than with every request:
 * {@link PackedForms} has the rest. Type names and component names are what is on the wire:
 * renaming one is a change that a cluster of two versions does not survive.
 */
final class CompactForms {

  /** Records, and sealed types all of whose records are meant. */
  private static final List<Class<?>> VALUES =
      List.of(
          FunctionSpec.class,
          Plan.class,
          Ruling.class,
          Window.class,
          Foresight.class,
          Foresight.Window.class,
          Caller.class,
          Hold.class,
          Instance.class,
          Waiter.class,
          Shortage.class,
          Retirement.class,
          ColdStart.class,
          Finished.class,
          PoolState.class,
          Claim.class,
          PermitCommand.class,
          PermitEvent.class,
          HazelcastSemaphores.State.class,
          HazelcastSemaphores.Answer.class,
          Mailbox.Message.class,
          RoomOffer.class,
          NodeReport.class,
          NodeReport.Starts.class,
          PoolCounts.Sum.class,
          Vitals.class,
          Vitals.Tally.class,
          Vitals.Stock.class,
          Vitals.Hot.class,
          Vitals.Failure.class,
          HazelcastLeadership.Leader.class,
          Demand.class,
          DemandBatch.class,
          LevelDemand.class,
          Usage.class,
          Inspection.Summary.class,
          PoolSummary.class,
          PermitProcessor.Backup.class,
          PermitProcessor.Check.class,
          DemandProcessor.Backup.class,
          HazelcastLeadership.Backup.class,
          ComponentForm.Boxed.class);

  private CompactForms() {}

  static void register(CompactSerializationConfig config) {
    records().forEach(type -> config.addSerializer(recordForm(type)));
    config.addSerializer(wrapped(Pool.class, PoolState.class, Pool::state, Pool::of));
    config.addSerializer(
        wrapped(
            Permits.class,
            HazelcastSemaphores.State.class,
            HazelcastSemaphores.State::of,
            HazelcastSemaphores.State::permits));
    config.addSerializer(
        wrapped(
            PermitProcessor.class,
            PermitProcessor.Order.class,
            PermitProcessor::order,
            PermitProcessor::new));
    config.addSerializer(
        wrapped(
            DemandProcessor.class,
            DemandProcessor.Order.class,
            DemandProcessor::order,
            DemandProcessor::new));
    config.addSerializer(
        wrapped(
            HazelcastLeadership.Claim.class,
            HazelcastLeadership.Claim.Order.class,
            HazelcastLeadership.Claim::order,
            HazelcastLeadership.Claim::new));
    config.addSerializer(
        new Form<>(
            LogLinearHistogram.class,
            (writer, histogram) -> {
              writer.writeInt32("firstBin", histogram.firstBin());
              writer.writeArrayOfInt16("roundedWeights", rounded(histogram.weights()));
            },
            reader ->
                LogLinearHistogram.of(
                    reader.readInt32("firstBin"),
                    weights(Objects.requireNonNull(reader.readArrayOfInt16("roundedWeights"))))));
    config.addSerializer(
        new Form<>(
            RecentGaps.class,
            (writer, gaps) -> writer.writeArrayOfInt32("millis", gaps.millis()),
            reader -> RecentGaps.of(Objects.requireNonNull(reader.readArrayOfInt32("millis")))));
    config.addSerializer(
        new Form<>(
            IdleTimes.class,
            (writer, times) -> {
              writer.writeInt32("firstMinute", times.firstMinute());
              writer.writeArrayOfInt32("counts", times.counts());
              writer.writeInt32("outOfBounds", times.outOfBounds());
            },
            reader ->
                IdleTimes.of(
                    reader.readInt32("firstMinute"),
                    Objects.requireNonNull(reader.readArrayOfInt32("counts")),
                    reader.readInt32("outOfBounds"))));
    config.addSerializer(
        new Form<>(
            RecentArrivals.class,
            (writer, arrivals) -> {
              writer.writeInt64("firstSecond", arrivals.firstSecond());
              writer.writeArrayOfInt32("counts", arrivals.counts());
            },
            reader ->
                RecentArrivals.of(
                    reader.readInt64("firstSecond"),
                    Objects.requireNonNull(reader.readArrayOfInt32("counts")))));
  }

  /**
   * The upper halves of these as floats: rounded by 0.4 % at most, whole numbers up to 256 not at
   * all. A histogram's bins are coarser by far, and there may be a thousand to a function.
   */
  private static short[] rounded(double[] weights) {
    short[] halves = new short[weights.length];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = (short) ((Float.floatToIntBits((float) weights[i]) + (1 << 15)) >>> 16);
    }
    return halves;
  }

  private static double[] weights(short[] rounded) {
    double[] weights = new double[rounded.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Float.intBitsToFloat(rounded[i] << 16);
    }
    return weights;
  }

  /** Every record class that is stored or sent. */
  static List<Class<? extends Record>> records() {
    return records(VALUES);
  }

  /** Those of these types that are records, and the records of those that are sealed. */
  static List<Class<? extends Record>> records(List<Class<?>> types) {
    List<Class<? extends Record>> found = new ArrayList<>();
    types.forEach(type -> collect(type, found));
    return found;
  }

  private static void collect(Class<?> type, List<Class<? extends Record>> found) {
    if (type.isSealed()) {
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        collect(permitted, found);
      }
    } else {
      found.add(type.asSubclass(Record.class));
    }
  }

  private static <R extends Record> CompactSerializer<R> recordForm(Class<R> type) {
    return new RecordForm<>(type, typeName(type));
  }

  /** {@code pool.Event.Granted} for {@code io.scaler.pool.Event.Granted}. */
  static String typeName(Class<?> type) {
    String name = Objects.requireNonNull(type.getCanonicalName());
    return name.startsWith("io.scaler.") ? name.substring("io.scaler.".length()) : name;
  }

  /** The form of what is no record is that of the record that holds its state. */
  private static <T, S extends Record> CompactSerializer<T> wrapped(
      Class<T> type, Class<S> stateType, Function<T, S> state, Function<S, T> of) {
    RecordForm<S> form = new RecordForm<>(stateType, typeName(stateType));
    return new Form<>(
        type,
        (writer, value) -> form.write(writer, state.apply(value)),
        reader -> of.apply(form.read(reader)));
  }

  /** A form written by hand. */
  private record Form<T>(
      Class<T> type, BiConsumer<CompactWriter, T> writing, Function<CompactReader, T> reading)
      implements CompactSerializer<T> {

    @Override
    public void write(CompactWriter writer, T value) {
      writing.accept(writer, value);
    }

    @Override
    public T read(CompactReader reader) {
      return reading.apply(reader);
    }

    @Override
    public Class<T> getCompactClass() {
      return type;
    }

    @Override
    public String getTypeName() {
      return typeName(type);
    }
  }
}
