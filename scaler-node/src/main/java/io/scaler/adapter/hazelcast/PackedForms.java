package io.scaler.adapter.hazelcast;

import com.hazelcast.config.SerializationConfig;
import com.hazelcast.config.SerializerConfig;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.StreamSerializer;
import io.scaler.model.FunctionSpec;
import io.scaler.pool.Caller;
import io.scaler.pool.Change;
import io.scaler.pool.ColdStart;
import io.scaler.pool.Command;
import io.scaler.pool.Event;
import io.scaler.pool.Finished;
import io.scaler.pool.Hold;
import io.scaler.pool.Instance;
import io.scaler.pool.PoolState;
import io.scaler.pool.Reply;
import io.scaler.pool.Retirement;
import io.scaler.pool.Shortage;
import io.scaler.pool.Waiter;
import io.scaler.service.Pools;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The packed forms of what goes with every request: a record is its type's code, its length, and
 * its components in their order, without names or a schema. So nothing waits for other members, and
 * threads of Hazelcast's may read and write it.
 *
 * <p>A component that is added at the end is skipped by members that do not know it, and is null,
 * zero or an empty list where its writer did not know it. Any other change of a record, or of its
 * name, is one that a cluster of two versions does not survive.
 */
final class PackedForms {

  /** Records, and sealed types all of whose records are meant. */
  private static final List<Class<?>> VALUES =
      List.of(
          PoolProcessor.Order.class,
          PoolProcessor.Backup.class,
          PoolProcessor.Answers.class,
          Pools.Answer.class,
          Command.class,
          Reply.class,
          Event.class,
          Change.class,
          FunctionSpec.class,
          Caller.class,
          Hold.class,
          Instance.class,
          Waiter.class,
          Shortage.class,
          Retirement.class,
          ColdStart.class,
          Finished.class,
          PoolState.class);

  private static final int NULL = 0;
  private static final Map<Class<?>, Form<?>> BY_TYPE = new HashMap<>();
  private static final Map<Integer, Form<?>> BY_CODE = new HashMap<>();

  static {
    for (Class<? extends Record> type : records()) {
      Form<?> form = Form.of(type);
      BY_TYPE.put(type, form);
      Form<?> other = BY_CODE.put(form.code(), form);
      if (other != null || form.code() == NULL) {
        throw new IllegalStateException(type + " needs another name: its code is taken");
      }
    }
  }

  private PackedForms() {}

  static void register(SerializationConfig config) {
    register(
        config,
        new Packed<>(1, PoolProcessor.Order.class, PoolProcessor::order, PoolProcessor::new),
        PoolProcessor.class);
    register(config, Packed.record(2, PoolProcessor.Backup.class), PoolProcessor.Backup.class);
    register(config, Packed.record(3, PoolProcessor.Answers.class), PoolProcessor.Answers.class);
  }

  private static <T> void register(
      SerializationConfig config, StreamSerializer<T> serializer, Class<T> type) {
    config.addSerializerConfig(
        new SerializerConfig().setTypeClass(type).setImplementation(serializer));
  }

  /** Every record class that is packed. */
  static List<Class<? extends Record>> records() {
    return CompactForms.records(VALUES);
  }

  static byte[] bytes(Record value) {
    PackedOutput out = new PackedOutput();
    write(out, value);
    return out.toBytes();
  }

  static @Nullable Record value(byte[] bytes) {
    return read(new PackedInput(bytes));
  }

  static void write(PackedOutput out, @Nullable Record value) {
    if (value == null) {
      out.fixed(NULL);
      return;
    }
    Form<?> form = BY_TYPE.get(value.getClass());
    if (form == null) {
      throw new IllegalArgumentException(value.getClass() + " has no packed form");
    }
    form.write(out, value);
  }

  static @Nullable Record read(PackedInput in) {
    int code = in.fixed();
    if (code == NULL) {
      return null;
    }
    Form<?> form = BY_CODE.get(code);
    if (form == null) {
      throw new IllegalArgumentException(
          "a record of the unknown type %08x, from a member of another version".formatted(code));
    }
    return form.read(in);
  }

  /** One record class's. Its code is what its name hashes to. */
  private record Form<R extends Record>(
      int code, RecordParts<R> parts, List<PackedComponent> components) {

    static <R extends Record> Form<R> of(Class<R> type) {
      RecordParts<R> parts = new RecordParts<>(type);
      List<PackedComponent> components = new ArrayList<>(parts.count());
      for (int i = 0; i < parts.count(); i++) {
        components.add(PackedComponent.of(parts.component(i)));
      }
      return new Form<>(CompactForms.typeName(type).hashCode(), parts, List.copyOf(components));
    }

    void write(PackedOutput out, Record value) {
      out.fixed(code);
      int begun = out.begin();
      for (int i = 0; i < components.size(); i++) {
        components.get(i).writing().accept(out, parts.value(i, value));
      }
      out.end(begun);
    }

    R read(PackedInput in) {
      int around = in.enter();
      @Nullable Object[] values = new Object[components.size()];
      for (int i = 0; i < components.size(); i++) {
        values[i] =
            in.hasMore() ? components.get(i).reading().apply(in) : components.get(i).absent();
      }
      in.leave(around);
      return parts.construct(values);
    }
  }

  /** What is packed as the record that it is, or that it carries. */
  private record Packed<T, S extends Record>(
      int typeId, Class<S> packed, Function<T, S> state, Function<S, T> of)
      implements StreamSerializer<T> {

    static <S extends Record> Packed<S, S> record(int typeId, Class<S> type) {
      return new Packed<>(typeId, type, Function.identity(), Function.identity());
    }

    @Override
    public void write(ObjectDataOutput out, T object) throws IOException {
      out.writeByteArray(bytes(state.apply(object)));
    }

    @Override
    public T read(ObjectDataInput in) throws IOException {
      byte[] bytes = Objects.requireNonNull(in.readByteArray());
      return of.apply(packed.cast(Objects.requireNonNull(value(bytes))));
    }

    @Override
    public int getTypeId() {
      return typeId;
    }
  }
}
