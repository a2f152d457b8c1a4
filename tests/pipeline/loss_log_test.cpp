// When packets were lost: which connections that touched.
#include "pipeline/loss_log.h"

#include <gtest/gtest.h>

namespace tlsscope::pipeline {
namespace {

TEST(LossLog, TouchesWhatWasThereThen) {
    LossLog log;
    EXPECT_FALSE(log.touches(0, 1000));
    log.add(100, 200);
    log.add(300, 400);
    EXPECT_FALSE(log.touches(0, 99));
    EXPECT_TRUE(log.touches(0, 100));
    EXPECT_TRUE(log.touches(150, 160)) << "within the stretch";
    EXPECT_TRUE(log.touches(200, 250));
    EXPECT_FALSE(log.touches(201, 299)) << "between two";
    EXPECT_TRUE(log.touches(0, 1000)) << "around all of them";
    EXPECT_FALSE(log.touches(401, 1000));
}

TEST(LossLog, JoinsWhatFollowsAtOnce) {
    LossLog log;
    log.add(100, 200);
    log.add(200, 300);
    log.add(250, 280);
    EXPECT_TRUE(log.touches(290, 290));
    EXPECT_FALSE(log.touches(301, 400));
}

TEST(LossLog, IsBoundedAndErrsTowardsSuspicion) {
    LossLog log;
    for (record::Nanos t = 0; t < 100'000; t += 10) log.add(t, t + 1);
    EXPECT_TRUE(log.touches(5, 6)) << "that far back nothing is told apart any more";
    EXPECT_TRUE(log.touches(99'990, 99'990));
    EXPECT_FALSE(log.touches(99'985, 99'989));
    EXPECT_FALSE(log.touches(99'992, 200'000));
}

}  // namespace
}  // namespace tlsscope::pipeline
