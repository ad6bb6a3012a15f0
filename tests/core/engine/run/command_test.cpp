// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/engine/run/command.h"
#include "tests/core/support/synthetic_problem.h"

#include <gtest/gtest.h>

namespace tandem::engine {
namespace {

using point::Metric;
using point::Relation;

class Commands : public testing::Test {
  protected:
    point::Space space_ = tandem::test::gridSpace(4, 8);
    std::vector<point::Constraint> fixed_ = {{Metric::Lut, Relation::AtMost, 100.0}};
    search::Rules rules_{
        point::fullRanges(space_), {{Metric::LatencyMs, false}, {Metric::EnergyMj, false}}, fixed_};

    search::Rules after(const Command& command) { return rulesAfter(command, rules_, space_, fixed_); }
    std::string refusal(const Command& command) {
        try {
            after(command);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Input);
            return error.what();
        }
        return "accepted";
    }
};

TEST_F(Commands, ChangeTheRulesAsTheySay) {
    EXPECT_EQ(after(Pin{"p1", "3"}).ranges[1], (point::Range{3, 3}));
    EXPECT_EQ(after(Bound{"p2", "1", "5"}).ranges[2], (point::Range{1, 5}));
    rules_ = after(Pin{"p1", "3"});
    EXPECT_EQ(after(Release{"p1"}).ranges[1], (point::Range{0, 7}));
    EXPECT_EQ(after(SetObjectives{{{Metric::Lut, true}, {Metric::EnergyMj, false}}}).objectives[0].metric,
              Metric::Lut);
    const point::Constraint own{Metric::LatencyMs, Relation::AtMost, 2.0};
    EXPECT_EQ(after(SetConstraints{{own}}).constraints, (std::vector<point::Constraint>{fixed_[0], own}));
    rules_ = after(SetConstraints{{own}});
    EXPECT_EQ(after(SetConstraints{}).constraints, fixed_) << "the device's budget stays";
    EXPECT_EQ(after(Inject{{}, {{"p0", "1"}}}), rules_);
}

TEST_F(Commands, AreRefusedInWords) {
    EXPECT_NE(refusal(Pin{"p1", "9"}).find("'9' is not a value of p1"), std::string::npos);
    EXPECT_NE(refusal(Pin{"p9", "1"}).find("there is no parameter 'p9'"), std::string::npos);
    EXPECT_EQ(refusal(Bound{"p1", "5", "2"}),
              "the bound 5 .. 2 of p1 is empty: the low end is above the high end");
    EXPECT_NE(refusal(SetObjectives{{{Metric::Lut, false}}}).find("2 to 4 objectives"), std::string::npos);
    EXPECT_EQ(refusal(SetObjectives{{{Metric::Lut, false}, {Metric::Lut, true}}}),
              "the objective lut is given twice");
    EXPECT_NE(refusal(SetConstraints{{{Metric::Lut, Relation::AtMost, NAN}}}).find("finite"),
              std::string::npos);
}

TEST_F(Commands, InjectTakesGivenValuesAndMovesTheRestInside) {
    rules_ = after(Pin{"p1", "3"});
    const search::Proposal own = injectedProposal({{}, {{"p0", "7"}}}, {4, 4, 4, 4}, rules_.ranges, space_);
    EXPECT_EQ(own.encoding, (point::Encoding{7, 3, 4, 4}));
    EXPECT_EQ(own.origin.move, point::Move::Injected);
    EXPECT_EQ(own.origin.parents[0], point::Origin::kNoParent);
    EXPECT_EQ(injectedProposal({12, {}}, {4, 4, 4, 4}, rules_.ranges, space_).origin.parents[0], 12U);
    EXPECT_THROW(injectedProposal({{}, {{"p1", "2"}}}, {4, 4, 4, 4}, rules_.ranges, space_), Error);
}

TEST_F(Commands, SurviveTheStudyFile) {
    const std::vector<Command> all = {Pin{"p1", "3"},
                                      Bound{"p2", "1", "5"},
                                      Release{"p \"quoted\" \u00e9"},
                                      SetConstraints{{{Metric::Accuracy, Relation::AtLeast, 90.125}}},
                                      SetConstraints{},
                                      SetObjectives{{{Metric::Accuracy, true}, {Metric::Lut, false}}},
                                      Inject{},
                                      Inject{17, {{"p0", "1"}, {"p1", "2"}}}};
    for (const Command& command : all) {
        EXPECT_EQ(commandFromJson(toJson(command)), command) << toJson(command);
    }
    EXPECT_THROW(commandFromJson("{"), Error);
    EXPECT_THROW(commandFromJson(R"({"command": "dance"})"), Error);
    EXPECT_THROW(commandFromJson(R"({"command": "pin", "parameter": 3})"), Error);
}

TEST_F(Commands, AreDescribed) {
    EXPECT_EQ(describe(Pin{"model.b3.kernel", "3"}), "pin model.b3.kernel = 3");
    EXPECT_EQ(describe(Bound{"p", "1", "5"}), "bound p = 1 .. 5");
    EXPECT_EQ(describe(SetObjectives{{{Metric::Accuracy, true}, {Metric::Lut, true}}}),
              "objectives accuracy, most lut");
    EXPECT_EQ(describe(Inject{17, {{"p0", "1"}}}), "inject point 17 with p0 = 1");
    EXPECT_EQ(describe(Inject{}), "inject the imported network");
    EXPECT_EQ(describe(SetConstraints{}), "no constraints");
}

} // namespace
} // namespace tandem::engine
