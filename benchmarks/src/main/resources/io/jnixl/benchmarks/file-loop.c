// SPDX-License-Identifier: Apache-2.0
// What a C program would write: file-loop FILE read|write BLOCK COUNT ITERATIONS WARM-UPS, a pread or pwrite for each block of
// each iteration, blocks of the file in shuffled order. Prints the bandwidth in 10^9 bytes per second.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    if (argc != 7) {
        return 2;
    }
    int writes = strcmp(argv[2], "write") == 0;
    size_t block = strtoul(argv[3], NULL, 10), count = strtoul(argv[4], NULL, 10);
    long iterations = atol(argv[5]), warm_ups = atol(argv[6]);
    int fd = open(argv[1], O_RDWR | O_CREAT, 0666);
    char *memory = NULL;
    size_t *order = malloc(count * sizeof *order);
    if (fd < 0 || posix_memalign((void **)&memory, 4096, block * count) || !order) {
        perror(argv[1]);
        return 1;
    }
    memset(memory, 1, block * count);
    for (size_t i = 0; i < count; i++) {
        order[i] = i;
    }
    srand(1);
    for (size_t i = count; i > 1; i--) {
        size_t j = rand() % i, other = order[j];
        order[j] = order[i - 1];
        order[i - 1] = other;
    }
    for (size_t i = 0; i < count; i++) { // the file is there, and cached
        if (pwrite(fd, memory, block, i * block) != (ssize_t)block) {
            perror("pwrite");
            return 1;
        }
    }
    double start = 0;
    for (long n = -warm_ups; n < iterations; n++) {
        if (n == 0) {
            start = seconds();
        }
        for (size_t i = 0; i < count; i++) {
            char *place = memory + i * block;
            off_t offset = (off_t)(order[i] * block);
            ssize_t done = writes ? pwrite(fd, place, block, offset) : pread(fd, place, block, offset);
            if (done != (ssize_t)block) {
                perror("short");
                return 1;
            }
        }
    }
    printf("%.6f\n", (double)block * count * iterations / (seconds() - start) / 1e9);
    return 0;
}
