// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving.model;

import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/**
 * Deals out the pages of one block of memory. A page holds the keys and values of {@link ModelConfig#BLOCK_TOKENS}
 * tokens of one layer: first the keys, one row of {@code hidden} little-endian floats per token, then the values
 * likewise. Page {@code n} starts {@code n * pageBytes()} bytes into the memory, so its address is a matter of
 * arithmetic for whoever transfers it.
 *
 * <p>The caller owns the memory and must keep it alive as long as the pool and its tables are in use; the pool only
 * keeps the books. All methods are thread-safe, but the pool does not guard the contents of pages: a page belongs to
 * whoever allocated it, and must not be freed while a transfer still reads or writes it. The memory must be accessible
 * from all threads that use it (a shared or automatic arena if there are several).
 */
public final class PagePool {

    private final ModelConfig config;
    private final MemorySegment memory;
    private final int capacity;
    private final BitSet used; // guarded by itself

    /**
     * Creates a pool of as many pages as fit the memory, all of them free.
     *
     * @param memory the memory, at least one page, writable; it stays the caller's
     * @param config shape of the model, which sets the page size
     */
    public PagePool(MemorySegment memory, ModelConfig config) {
        long pages = memory.byteSize() / config.pageBytes();
        if (pages < 1 || pages > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("memory of " + memory.byteSize() + " bytes makes " + pages + " pages of "
                    + config.pageBytes() + " bytes; it must be 1 to " + Integer.MAX_VALUE);
        }
        if (memory.isReadOnly()) {
            throw new IllegalArgumentException("memory is read-only");
        }
        this.config = config;
        this.memory = memory;
        this.capacity = (int) pages;
        this.used = new BitSet(capacity);
    }

    /**
     * Returns the configuration that sets the page size.
     *
     * @return shape of the model
     */
    public ModelConfig config() {
        return config;
    }

    /**
     * Returns the size of a page.
     *
     * @return the size in bytes
     */
    public int pageBytes() {
        return config.pageBytes();
    }

    /**
     * Returns the number of pages, free or not.
     *
     * @return number of pages
     */
    public int capacity() {
        return capacity;
    }

    /**
     * Returns the number of free pages at this moment.
     *
     * @return number of pages
     */
    public int available() {
        synchronized (used) {
            return capacity - used.cardinality();
        }
    }

    /**
     * Allocates one page. Its contents are whatever was there before.
     *
     * @return the page's number, 0 to {@code capacity() - 1}
     * @throws PagePoolExhaustedException if no page is free
     */
    public int allocate() {
        return allocate(1)[0];
    }

    /**
     * Allocates several pages, or none if there are not enough of them.
     *
     * @param count number of pages, zero or more
     * @return the pages' numbers, ascending, not necessarily adjacent
     * @throws PagePoolExhaustedException if fewer are free
     */
    public int[] allocate(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("cannot allocate " + count + " pages");
        }
        synchronized (used) {
            int free = capacity - used.cardinality();
            if (count > free) {
                throw new PagePoolExhaustedException(count, free, capacity);
            }
            int[] pages = new int[count];
            for (int i = 0, page = 0; i < count; i++) {
                page = used.nextClearBit(page);
                used.set(page);
                pages[i] = page;
            }
            return pages;
        }
    }

    /**
     * Gives a page back.
     *
     * @param page number of an allocated page
     * @throws IllegalArgumentException if the page is out of range or free already
     */
    public void free(int page) {
        checkRange(page);
        synchronized (used) {
            if (!used.get(page)) {
                throw new IllegalArgumentException("page " + page + " is free already");
            }
            used.clear(page);
        }
    }

    /**
     * Returns where a page starts.
     *
     * @param page number of a page, allocated or not
     * @return offset into the pool's memory in bytes
     */
    public long offset(int page) {
        checkRange(page);
        return (long) page * pageBytes();
    }

    /**
     * Returns the memory of a page.
     *
     * @param page number of a page, allocated or not
     * @return a slice of the pool's memory of {@link #pageBytes()} bytes, with the lifetime of that memory
     */
    public MemorySegment segment(int page) {
        return memory.asSlice(offset(page), pageBytes());
    }

    private void checkRange(int page) {
        if (page < 0 || page >= capacity) {
            throw new IllegalArgumentException("page " + page + " is not one of the pool's " + capacity);
        }
    }
}
