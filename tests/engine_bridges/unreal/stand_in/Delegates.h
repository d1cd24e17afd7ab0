// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "CoreTypes.h"

template <typename R, typename... Types> class TDelegateStandIn {
public:
    bool IsBound() const;
    R Execute(Types...) const;
    bool ExecuteIfBound(Types...) const;
    void Unbind();
    void BindStatic(R (*)(Types...));
    static TDelegateStandIn CreateStatic(R (*)(Types...));
    template <typename T> static TDelegateStandIn CreateRaw(T*, R (T::*)(Types...));
};

template <typename... Types> class TMulticastStandIn {
public:
    using FDelegate = TDelegateStandIn<void, Types...>;
    bool IsBound() const;
    void Broadcast(Types...) const;
};

using FSimpleMulticastDelegate = TMulticastStandIn<>;

#define DECLARE_DELEGATE_RetVal_TwoParams(R, Name, A, B) using Name = TDelegateStandIn<R, A, B>
#define DECLARE_DELEGATE_TwoParams(Name, A, B) using Name = TDelegateStandIn<void, A, B>
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE(Name) using Name = TMulticastStandIn<>
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(Name, A, AName) using Name = TMulticastStandIn<A>
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams(Name, A, AName, B, BName) using Name = TMulticastStandIn<A, B>
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE_ThreeParams(Name, A, AName, B, BName, C, CName) using Name = TMulticastStandIn<A, B, C>
