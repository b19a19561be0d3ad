package de.bwaldvogel.mongo.backend.h2;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.bson.Document;
import java.nio.ByteBuffer;
import java.util.List;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;
import org.h2.mvstore.type.ObjectDataType;

/** mongo-java-server on one H2 file, saying the wire version that today's drivers ask for. */
public class DocumentServer extends H2Backend {
    /** What a long question began to read must be there when it ends; by default the file forgets it after 45 s. */
    private static final int KEPT_MS = 300_000;

    private static final MVMap.Builder<KeyValue, Object> KEYED = new MVMap.Builder<KeyValue, Object>().keyType(new KeyType());

    private static final MongoVersion VERSION = new MongoVersion() {
        @Override
        public List<Integer> getVersionArray() {
            return List.of(4, 4, 0, 0);
        }

        @Override
        public int getWireVersion() {
            return 9;
        }
    };

    private DocumentServer(String file) {
        super(file);
        getMvStore().setRetentionTime(KEPT_MS);
    }

    @Override
    protected MongoDatabase openOrCreateDatabase(String name) {
        return new H2Database(name, getMvStore(), getCursorRegistry()) {
            @Override
            protected Index<Object> openOrCreateUniqueIndex(
                    String collection, String index, List<IndexKey> keys, boolean sparse) {
                String map = getFullCollectionNamespace(collection) + "._index_" + index;
                return new WillingIndex(getMvStore().openMap(map, KEYED), index, keys, sparse);
            }
        };
    }

    /** Also serves a question that asks for more than its key: what it finds is matched with all of it anyway. */
    private static class WillingIndex extends H2UniqueIndex {
        WillingIndex(MVMap<KeyValue, Object> map, String name, List<IndexKey> keys, boolean sparse) {
            super(map, name, keys, sparse);
        }

        @Override
        public synchronized boolean canHandle(Document query) {
            return super.canHandle(itsOwn(query));
        }

        @Override
        public synchronized Iterable<Object> getPositions(Document query) {
            return super.getPositions(itsOwn(query));
        }

        private Document itsOwn(Document query) {
            Document own = query.clone();
            own.keySet().retainAll(keySet());
            return own;
        }
    }

    /** Compares keys by their values; by default both are serialized for each comparison, which is most of the work. */
    private static class KeyType extends BasicDataType<KeyValue> {
        private static final ObjectDataType VALUES = new ObjectDataType();

        @Override
        public int compare(KeyValue a, KeyValue b) {
            for (int at = 0; at < Math.min(a.size(), b.size()); at++) {
                int compared = VALUES.compare(a.get(at), b.get(at));
                if (compared != 0) {
                    return compared;
                }
            }
            return Integer.compare(a.size(), b.size());
        }

        @Override
        public int getMemory(KeyValue key) {
            return key.stream().mapToInt(VALUES::getMemory).sum();
        }

        @Override
        public void write(WriteBuffer buffer, KeyValue key) {
            VALUES.write(buffer, key);
        }

        @Override
        public KeyValue read(ByteBuffer buffer) {
            return (KeyValue) VALUES.read(buffer);
        }

        @Override
        public KeyValue[] createStorage(int size) {
            return new KeyValue[size];
        }
    }

    public static void main(String[] args) {
        MongoServer server = new MongoServer(new DocumentServer(args[0]).version(VERSION));
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown));
        server.bind("127.0.0.1", Integer.parseInt(args[1]));
    }
}
