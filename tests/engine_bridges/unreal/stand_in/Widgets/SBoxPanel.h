// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "Widgets/DeclarativeSyntaxSupport.h"

class SVerticalBox : public SWidget {
public:
    struct FArguments : TSlateStandIn<FArguments, SVerticalBox> {
        FArguments& operator+(const FSlotStandIn&);
    };
    static FSlotStandIn& Slot();
    void Construct(const FArguments&);
};
